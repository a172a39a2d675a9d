// The editor of a draft. The server does the geometry and renders the lists; here are the map, the tools, and one way to send an edit.
import { Board } from "./grid-board.js";
import { Handles } from "./grid-handles.js";
import { Drawing } from "./grid-tools.js";

const editor = document.getElementById("editor");
const said = document.getElementById("said");
const hintLine = document.getElementById("hint");
const words = JSON.parse(editor.dataset.words);
const { grid, keeps, csrf } = editor.dataset;
const lists = () => document.getElementById("lists");
const problems = document.getElementById("problems-here");
let queue = Promise.resolve();
let chosen = lists().dataset.chosen;

document.querySelector(".drawing").hidden = false;
const box = document.getElementById("map");
box.classList.add("leaflet-container");
const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, maxZoom: 22, zoomControl: false });
L.control.zoom({ zoomInTitle: words.closer_by, zoomOutTitle: words.farther }).addTo(map);
map.setView([31.2, 121.4], 14);
const board = new Board(map, (code) => (drawing?.kind ? null : choose(code)));
const drawing = keeps ? new Drawing(map, board, drawn) : null;
const handles = keeps ? new Handles(map, board, send, words, hint) : null;
map.on("zoomend", () => board.choose(chosen));

await loadShapes(true);
loadProblems();

function hint(text) {
  if (hintLine) hintLine.textContent = text;
}

function say(text, kind = "") {
  said.hidden = false;
  said.className = `said notice ${kind}`;
  said.setAttribute("role", kind ? "alert" : "status");
  said.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
}

async function loadShapes(fit) {
  const places = document.querySelector("[data-places]")?.checked ? "?places=1" : "";
  const answer = await fetch(`/api/v1/grids/${grid}/geojson${places}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  board.remove([...board.layers.keys()]);
  board.put((await answer.json()).features);
  if (fit && board.layers.size) map.fitBounds(board.bounds(), { padding: [12, 12], animate: false });
  if (fit && chosen && board.isCell(chosen)) map.fitBounds(board.layers.get(chosen).getBounds(), { padding: [60, 60], animate: false });
  board.choose(chosen);
  handles?.show(chosen);
}

async function page(path) {
  const answer = await fetch(path, { headers: { Accept: "text/html" } });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

// The lists as the server has them now; what was open stays open.
async function loadLists() {
  const open = new Set([...lists().querySelectorAll("details[open] > summary")].map((one) => one.textContent.replace(/\s*\(?\d*\)?\s*$/, "")));
  const vertex = document.getElementById("vertex")?.selectedIndex ?? -1;
  const focused = document.activeElement?.id || document.activeElement?.value || "";
  const fresh = (await page(`/grid/${grid}${chosen ? `?cell=${chosen}` : ""}`))?.getElementById("lists");
  if (!fresh) return;
  lists().replaceWith(fresh);
  for (const one of fresh.querySelectorAll("details > summary")) {
    if (open.has(one.textContent.replace(/\s*\(?\d*\)?\s*$/, ""))) one.parentElement.open = true;
  }
  const select = document.getElementById("vertex");
  if (select && vertex >= 0) select.selectedIndex = Math.min(vertex, select.length - 1);
  if (focused) [...fresh.querySelectorAll("button, select, input, h2")].find((one) => (one.id || one.value) === focused)?.focus();
}

async function loadProblems() {
  const fresh = (await page(`/grid/${grid}/problems`))?.getElementById("problems");
  if (!fresh) return;
  problems.replaceChildren(fresh);
}

async function choose(code, focus = false) {
  chosen = code;
  history.replaceState(null, "", code ? `?cell=${code}` : location.pathname);
  board.choose(code);
  handles?.show(code);
  await loadLists();
  if (focus) document.getElementById("cell-title")?.focus();
  if (code) say(words.chosen.replace("{name}", board.nameOf(code)));
}

// An edit from the map: {operation, …}; the revision is that of the lists on the screen.
function send(body) {
  return run(`/api/v1/grids/${grid}/edits`, () => json(body), null, body.operation);
}

function undo() {
  return run(`/api/v1/grids/${grid}/undo`, () => json({}), words.undone);
}

function json(body) {
  const sent = { expected_revision: Number(lists().dataset.revision), ...body };
  return { body: JSON.stringify(sent), headers: { "Content-Type": "application/json" } };
}

// One after the other: a second edit waits for the answer to the first, and is sent with the revision that came of it.
function run(...edit) {
  queue = queue.then(() => perform(...edit));
  return queue;
}

async function perform(path, made, text = null, operation = "") {
  editor.setAttribute("aria-busy", "true");
  try {
    const options = made();
    const headers = { Accept: "application/json", "X-CSRF-Token": csrf, ...options.headers };
    const answer = await fetch(path, { method: "POST", ...options, headers });
    const found = await answer.json();
    if (answer.ok) await taken(found, text, operation);
    else await refused(found.error);
  } catch {
    say(words.failed, "error");
    await loadShapes(false).catch(() => null);
  } finally {
    editor.removeAttribute("aria-busy");
  }
}

async function taken(found, text, operation) {
  if (found.changed) {
    board.remove(found.removed);
    board.put(found.changed);
    if (found.removed.includes(chosen)) chosen = found.changed[0]?.properties.code ?? "";
    board.choose(chosen);
    handles?.show(chosen);
    const what = words.done.replace("{what}", words.operations[operation] ?? "").replace("{cells}", found.changed.length + found.removed.length);
    say(text ?? (found.changed.length ? what : words.nothing));
  }
  drawing?.begin(null);
  press("choose");
  await loadLists();
  loadProblems();
}

async function refused(error) {
  const last = error.details?.last_edit;
  if (error.code !== "conflict") {
    say([error.message, ...Object.values(error.fields ?? {}).flat()].join(" "), "error");
    await loadShapes(false); // a dragged vertex goes back
    return;
  }
  const text = words.conflict.replace("{who}", last?.by || words.somebody).replace("{what}", words.operations[last?.operation] ?? "–");
  say(text.replace("{cells}", (last?.cells ?? []).map((code) => code.slice(-3)).join(", ") || "–"), "error");
  const again = Object.assign(document.createElement("button"), { type: "button", className: "button second", textContent: words.reload });
  again.addEventListener("click", async () => {
    await loadShapes(false);
    await loadLists();
    loadProblems();
    said.hidden = true;
  });
  said.append(again);
}

function drawn(kind, places) {
  if (kind === "line") return send({ operation: "split", cell: chosen, line: places });
  const inside = L.latLngBounds(places.map(([lng, lat]) => [lat, lng])).getCenter();
  return send({ operation: "draw", community: communityAt(inside), polygon: places });
}

// Where the drawn ground lies; the server refuses what does not fit.
function communityAt(place) {
  const over = [...board.layers.values()].filter((layer) => layer.feature.properties.level === "community" && layer.getBounds().contains(place));
  const around = (layer) => layer.getLayers().some((part) => within(part.getLatLngs().flat(1)[0], place));
  const found = over.find(around) ?? over[0] ?? [...board.layers.values()].find((layer) => layer.feature.properties.level === "community");
  return found?.feature.properties.code;
}

function within(ring, place) {
  const line = Array.isArray(ring) ? ring : [];
  let odd = false;
  line.forEach((a, i) => {
    const b = line[(i + line.length - 1) % line.length];
    if (a.lat > place.lat !== b.lat > place.lat && place.lng < ((b.lng - a.lng) * (place.lat - a.lat)) / (b.lat - a.lat) + a.lng) odd = !odd;
  });
  return odd;
}

function press(tool) {
  for (const one of document.querySelectorAll("[data-tool][aria-pressed]")) one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
}

function take(tool) {
  if (tool === "undo") return undo();
  if (tool === "line" && !board.isCell(chosen)) return say(words.first, "error");
  press(tool);
  drawing.begin(tool === "choose" ? null : tool);
  hint(words[tool] ?? "");
  if (tool !== "choose") box.focus();
}

for (const one of document.querySelectorAll("[data-tool]")) one.addEventListener("click", () => take(one.dataset.tool));
document.querySelector("[data-places]")?.addEventListener("change", () => loadShapes(false));

document.addEventListener("keydown", (event) => {
  if (!keeps || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.shiftKey) return;
  if (event.target.closest?.("input, textarea")) return; // there it takes back what was typed
  event.preventDefault();
  undo();
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-edit]");
  if (!form) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const made = () => {
    if (body.has("expected_revision")) body.set("expected_revision", lists().dataset.revision);
    return { body };
  };
  run(form.getAttribute("action"), made, form.dataset.edit === "undo" ? words.undone : null, body.get("operation") ?? "move_vertex");
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
  say(words.shown);
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
