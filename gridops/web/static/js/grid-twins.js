import { called } from "./grid-board.js";

// Draft and active version side by side: two maps that move together; a cell that the other does not have so is coloured.
const boxes = [...document.querySelectorAll("[data-twin]")];
const answers = await Promise.all(boxes.map((box) => fetch(box.dataset.twin, { headers: { Accept: "application/json" } }).then((answer) => answer.json())));
const shapes = answers.map((found) => new Map(found.features.map((one) => [one.properties.code, JSON.stringify(one.geometry)])));
const maps = boxes.map((box, i) => draw(box, answers[i], shapes[1 - i]));
let following = false;
for (const [i, map] of maps.entries()) map.on("move", () => follow(map, maps[1 - i]));

function draw(box, found, others) {
  box.classList.add("leaflet-container");
  const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false, fadeAnimation: false, zoomAnimation: false });
  const layer = L.geoJSON(found, {
    style: ({ properties, geometry }) => ({ className: style(properties, geometry, others) }),
    onEachFeature: ({ properties }, shape) => {
      if (properties.level === "cell") shape.bindTooltip(document.createTextNode(`${called(properties)} ${properties.code.slice(-3)}`), { sticky: true });
    },
  }).addTo(map);
  map.fitBounds(layer.getBounds(), { padding: [8, 8] });
  return map;
}

function style({ level, code }, geometry, others) {
  if (level !== "cell") return "community";
  return others && others.get(code) !== JSON.stringify(geometry) ? "cell differs" : "cell";
}

function follow(map, other) {
  if (following || !other) return;
  following = true;
  other.setView(map.getCenter(), map.getZoom(), { animate: false });
  following = false;
}
