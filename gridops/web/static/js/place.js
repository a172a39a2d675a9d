// Where it is: by the phone's position, or by a finger on a map of the cells' own outlines. There are no tiles, so nothing is fetched from others.
const box = document.querySelector("[data-place]");
const words = box.dataset;
const [lng, lat, crs] = ["lng", "lat", "crs"].map((name) => box.querySelector(`[name=${name}]`));
const spot = box.querySelector("[data-spot]");
const spotText = box.querySelector("[data-spot-text]");
let map = null;
let pin = null;

function say(text, removable) {
  spot.hidden = false;
  spotText.textContent = text;
  box.querySelector("[data-spot-clear]").hidden = !removable;
}

function clear() {
  lng.value = lat.value = crs.value = "";
  spot.hidden = true;
  if (pin) pin.remove();
  pin = null;
  changed();
}

const changed = () => box.dispatchEvent(new Event("change", { bubbles: true }));
box.closest("form").addEventListener("draft:filled", () => (lng.value ? choose({ lng: lng.value, lat: lat.value }, "") : clear()));

// Only a point inside a street is kept: the words say at once whose it is.
async function choose(at, note) {
  say(words.searching, false);
  const answer = await fetch(`${words.locate}?lng=${at.lng}&lat=${at.lat}&crs=wgs84`).catch(() => null);
  if (answer && answer.status === 404) {
    clear();
    return say(words.outside, false);
  }
  [lng.value, lat.value, crs.value] = [at.lng, at.lat, "wgs84"];
  changed();
  if (map) drop(at);
  const found = answer && answer.ok ? await answer.json() : {};
  const names = [found.street, found.community, found.cell].filter(Boolean).map((area) => area.name);
  say([words.found, names.join(" · "), note].filter(Boolean).join(" "), true);
  if (map && found.street) outline(found.street.code);
}

function drop(at) {
  if (pin) pin.remove();
  const icon = L.divIcon({ className: "pin-at", html: '<div class="pin"></div>', iconSize: [24, 24], iconAnchor: [12, 29] });
  pin = L.marker([at.lat, at.lng], { icon, keyboard: false }).addTo(map);
}

box.querySelector("[data-spot-clear]").addEventListener("click", clear);
const gps = box.querySelector("[data-gps]");
if (!navigator.geolocation || !window.isSecureContext) {
  gps.hidden = true;
  box.querySelector("[data-insecure]").hidden = window.isSecureContext;
}
gps.addEventListener("click", () => {
  say(words.searching, false);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const at = { lng: coords.longitude.toFixed(6), lat: coords.latitude.toFixed(6) };
      const metres = Math.round(coords.accuracy);
      choose(at, metres > 50 ? `(${words.rough.replace("{m}", metres)})` : "");
      if (map) map.setView([at.lat, at.lng], 16);
    },
    () => say(words.denied, false),
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
  );
});

const opener = box.querySelector("[data-map-open]");
opener.addEventListener("click", async () => {
  const area = box.querySelector(".map");
  area.hidden = !area.hidden;
  opener.setAttribute("aria-expanded", String(!area.hidden));
  if (!area.hidden && !map) await draw(area);
});

async function draw(area) {
  await Promise.all([loadScript(words.leaflet), loadStyle(words.leafletCss)]);
  map = L.map(area, { attributionControl: false });
  map.setView([31.2, 121.43], 12);
  map.on("click", ({ latlng }) => choose({ lng: latlng.lng.toFixed(6), lat: latlng.lat.toFixed(6) }, ""));
  await outline("");
  if (lng.value) drop({ lng: lng.value, lat: lat.value });
}

const drawn = new Set();

async function outline(street) {
  if (drawn.has(street)) return;
  drawn.add(street);
  const answer = await fetch(`${words.outlines}?street=${street}`).catch(() => null);
  if (!answer || !answer.ok) return;
  const ink = getComputedStyle(document.documentElement);
  const pine = ink.getPropertyValue("--pine").trim();
  const layer = L.geoJSON(await answer.json(), {
    style: (feature) => ({ color: pine, weight: feature.properties.level === "cell" ? 1 : 2.5, fillColor: pine, fillOpacity: feature.properties.level === "cell" ? 0.05 : 0, interactive: false }),
    onEachFeature: (feature, shape) => {
      if (feature.properties.level === "community") shape.bindTooltip(document.createTextNode(feature.properties.name), { permanent: true, direction: "center", className: "place-name" });
    },
  }).addTo(map);
  if (street === "" && !lng.value && layer.getBounds().isValid()) map.fitBounds(layer.getBounds());
  if (street === "" && lng.value) map.setView([lat.value, lng.value], 16);
}

const loadScript = (address) => new Promise((done, failed) => {
  const script = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed });
  document.head.append(script);
});
const loadStyle = (address) => new Promise((done) => {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address, onload: done, onerror: done });
  document.head.append(link);
});
