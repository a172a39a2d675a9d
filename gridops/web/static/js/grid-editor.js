// The editor of a draft. The server does the geometry and renders the lists; here the map, the tools and the lists are tied together.
import { Board } from "./grid-board.js";
import { Handles } from "./grid-handles.js";
import { Lists } from "./grid-lists.js";
import { Sender } from "./grid-sender.js";
import { Several } from "./grid-several.js";
import { communityAt, Drawing } from "./grid-tools.js";

const editor = document.getElementById("editor");
const hintLine = document.getElementById("hint");
const words = JSON.parse(editor.dataset.words);
const { grid, keeps, csrf } = editor.dataset;
const lists = new Lists(grid);
const sender = new Sender({ grid, csrf, words, lists, taken, lost });
let chosen = lists.root.dataset.chosen;
let tool = "choose";

document.querySelector(".drawing").hidden = false;
const box = document.getElementById("map");
box.classList.add("leaflet-container");
const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, maxZoom: 22, zoomControl: false });
L.control.zoom({ zoomInTitle: words.closer_by, zoomOutTitle: words.farther }).addTo(map);
map.setView([31.2, 121.4], 14);
const board = new Board(map, pressed);
const drawing = keeps ? new Drawing(map, board, drawn) : null;
const several = keeps ? new Several(board) : null;
const handles = keeps ? new Handles(map, board, (body) => sender.send(body), words, hint) : null;
map.on("zoomend", marked);

await loadShapes(true);
lists.problemsNow();

function hint(text) {
  if (hintLine) hintLine.textContent = text;
}

function marked() {
  board.choose(chosen);
  several?.show();
}

async function loadShapes(fit) {
  const places = document.querySelector("[data-places]")?.checked ? "?places=1" : "";
  const answer = await fetch(`/api/v1/grids/${grid}/geojson${places}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  board.remove([...board.layers.keys()]);
  board.put((await answer.json()).features);
  if (fit && board.layers.size) map.fitBounds(board.bounds(), { padding: [12, 12], animate: false });
  if (fit && chosen && board.isCell(chosen)) map.fitBounds(board.layers.get(chosen).getBounds(), { padding: [60, 60], animate: false });
  marked();
  handles?.show(chosen);
}

function pressed(code, event) {
  if (drawing?.kind) return;
  const more = event?.shiftKey || event?.ctrlKey || event?.metaKey;
  if (several && (more || tool === "several")) several.press(code, more ? chosen : "");
  else choose(code);
}

async function choose(code, focus = false) {
  chosen = code;
  history.replaceState(null, "", code ? `?cell=${code}` : location.pathname);
  marked();
  handles?.show(code);
  await lists.renew(code);
  if (focus) document.getElementById("cell-title")?.focus();
  if (code) sender.say(words.chosen.replace("{name}", board.nameOf(code)));
}

// The draft is as the answer says: shapes at once, then the lists, and after a pause what is wrong now.
async function taken({ changed = [], removed = [] }, operation) {
  const codes = changed.map((one) => one.properties.code);
  if (operation === "merge") several.clear();
  board.remove(removed);
  board.put(changed);
  if (removed.includes(chosen) || (operation === "merge" && !chosen)) chosen = codes[0] ?? "";
  drawing?.begin(null);
  press("choose");
  handles?.show(chosen);
  lists.problemsLater();
  await lists.renew(chosen, codes, removed);
  marked();
}

// What is on the screen may not be what the server has.
async function lost(all) {
  await loadShapes(false);
  if (!all) return;
  await lists.whole(chosen);
  lists.problemsLater();
  marked();
}

function drawn(kind, places) {
  if (kind === "line") return sender.send({ operation: "split", cell: chosen, line: places });
  const inside = L.latLngBounds(places.map(([lng, lat]) => [lat, lng])).getCenter();
  return sender.send({ operation: "draw", community: communityAt(board, inside), polygon: places });
}

function press(wanted) {
  tool = wanted;
  for (const one of document.querySelectorAll("[data-tool][aria-pressed]")) one.setAttribute("aria-pressed", String(one.dataset.tool === wanted));
}

function take(wanted) {
  if (wanted === "undo") return sender.undo();
  if (wanted === "merge") return several.merge();
  if (wanted === "line" && !board.isCell(chosen)) return sender.say(words.first, "error");
  press(wanted);
  const draws = wanted === "line" || wanted === "polygon";
  drawing.begin(draws ? wanted : null);
  if (wanted === "several" && chosen) several.tick(chosen, true);
  hint(words[wanted] ?? "");
  if (draws) box.focus();
}

for (const one of document.querySelectorAll("[data-tool]")) one.addEventListener("click", () => take(one.dataset.tool));
document.querySelector("[data-places]")?.addEventListener("change", () => loadShapes(false));

document.addEventListener("keydown", (event) => {
  if (!keeps || event.target.closest?.("input:not([type=checkbox]), textarea")) return; // there they mean what was typed
  if (event.key === "Escape" && !drawing.kind) several.clear();
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.shiftKey) return;
  event.preventDefault();
  sender.undo();
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-edit]");
  if (!form) return;
  event.preventDefault();
  sender.form(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-cell]");
  const zoom = event.target.closest?.("[data-bbox]");
  if (link && board.isCell(link.dataset.cell)) {
    event.preventDefault();
    map.fitBounds(board.layers.get(link.dataset.cell).getBounds(), { padding: [60, 60] });
    choose(link.dataset.cell, true);
  } else if (zoom) {
    event.preventDefault();
    show(zoom.dataset.bbox.split(",").map(Number));
  }
});

let frame = null;
function show([west, south, east, north]) {
  frame?.remove();
  const bounds = L.latLngBounds([south, west], [north, east]);
  frame = L.rectangle(bounds.pad(0.2), { className: "problem-frame", interactive: false }).addTo(map);
  map.fitBounds(bounds.pad(0.3), { maxZoom: 20 });
  box.scrollIntoView({ block: "nearest" });
  sender.say(words.shown);
}

const wanted = new URLSearchParams(location.search).get("show")?.split(",").map(Number) ?? [];
if (wanted.length === 4 && wanted.every(Number.isFinite)) show(wanted);

// The vertex chosen in the list is marked on the map.
let mark = null;
document.addEventListener("change", (event) => {
  if (event.target.id !== "vertex") return;
  const [lng, lat] = event.target.value.split(",").map(Number);
  mark?.remove();
  mark = L.circleMarker([lat, lng], { radius: 10, className: "next", interactive: false }).addTo(map);
  if (!map.getBounds().contains([lat, lng])) map.panTo([lat, lng]);
});
