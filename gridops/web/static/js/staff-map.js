// A ticket's cell and point, or the cells of the backlog coloured by their worst light. No tiles: nothing is fetched from others.
for (const box of document.querySelectorAll("[data-map]")) draw(box);

async function draw(box) {
  const answer = await fetch(box.dataset.map, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || !answer.ok || !window.L) return;
  const shapes = await answer.json();
  if (!shapes.features.length) return;
  const rows = new Map([...document.querySelectorAll("[data-area]")].map((row) => [row.dataset.area, row]));
  box.classList.add("leaflet-container");
  const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false, keyboard: !box.hasAttribute("aria-hidden") });
  // What a screen reader is not told of, the Tab key must not reach either.
  if (box.hasAttribute("aria-hidden")) for (const button of box.querySelectorAll("a")) button.tabIndex = -1;
  const layer = L.geoJSON(shapes, {
    style: (feature) => ({ className: classes(feature, rows) }),
    pointToLayer: (feature, at) => L.circleMarker(at, { radius: 7, className: "pin" }),
    onEachFeature: (feature, shape) => link(feature, shape, rows),
  }).addTo(map);
  const seen = layer.getBounds();
  map.fitBounds(seen, { padding: [12, 12], maxZoom: 17 });
  if (box.dataset.points) points(box.dataset.points, map);
}

// Every open ticket as a small point in the colour of its light; a press opens it. The list says the same.
async function points(url, map) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || !answer.ok) return;
  L.geoJSON(await answer.json(), {
    pointToLayer: (feature, at) => L.circleMarker(at, { radius: 4, className: `point tone-${feature.properties.light}` }),
    onEachFeature: (feature, point) => {
      point.bindTooltip(document.createTextNode(feature.properties.number));
      point.on("click", () => { location.href = feature.properties.to ?? `/tickets/${encodeURIComponent(feature.properties.number)}`; });
    },
  }).addTo(map);
}

function classes(feature, rows) {
  const { level, code } = feature.properties;
  if (level === "ticket") return "pin";
  const row = rows.get(code);
  if (!row && level === "cell") return rows.size ? "line" : "cell here";
  if (!row) return level;
  return `cell tone-${row.dataset.tone} weight-${row.dataset.weight}`;
}

// A cell and its row of the table light up together; a press on the cell goes to its tickets.
function link(feature, shape, rows) {
  const row = rows.get(feature.properties.code);
  if (!row) return;
  // A node and not a string: Leaflet reads a string as HTML, and names come out of files.
  shape.bindTooltip(document.createTextNode(row.dataset.words), { sticky: true });
  const mark = (on) => () => {
    row.classList.toggle("chosen", on);
    shape.getElement()?.classList.toggle("chosen", on);
    if (on) shape.bringToFront();
  };
  shape.on({ mouseover: mark(true), mouseout: mark(false), click: () => { location.href = row.dataset.list; } });
  row.addEventListener("mouseenter", mark(true));
  row.addEventListener("mouseleave", mark(false));
  row.addEventListener("focusin", mark(true));
  row.addEventListener("focusout", mark(false));
}
