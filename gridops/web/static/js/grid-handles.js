// Handles on the vertices of the chosen cell alone, and only on those in sight: a street with thousands of vertices stays quick.
import { same } from "./grid-board.js";

const MOST = 250;
const MIDDLES = 40; // with more vertices in sight, edges have no handle of their own
const STEPS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export class Handles {
  constructor(map, board, send, words, hint) {
    Object.assign(this, { map, board, send, words, hint, code: "", marks: [] });
    this.group = L.layerGroup().addTo(map);
    map.on("moveend", () => this.show(this.code));
  }

  show(code) {
    const focused = this.marks.findIndex((mark) => mark.getElement() === document.activeElement);
    this.group.clearLayers();
    this.marks = [];
    this.code = code;
    if (!code || !this.board.isCell(code)) return;
    const sight = this.map.getBounds().pad(0.05);
    const rings = this.board.ring(code).map((ring) => ring.map((at) => L.latLng(at.lat, at.lng)));
    const seen = rings.flat().filter((at) => sight.contains(at));
    if (seen.length > MOST) {
      this.hint(this.words.closer);
      return;
    }
    seen.forEach((at, i) => this.vertex(at, i, seen.length));
    if (seen.length <= MIDDLES) for (const ring of rings) this.middles(ring, sight);
    if (focused >= 0) this.marks[Math.min(focused, this.marks.length - 1)]?.getElement()?.focus();
  }

  vertex(at, i, all) {
    const entry = this.board.vertices().get(`${at.lng},${at.lat}`);
    if (!entry) return;
    const kind = entry.border ? "vertex border" : "vertex";
    const mark = L.marker(at, { draggable: true, keyboard: false, icon: L.divIcon({ className: kind, iconSize: [14, 14] }), zIndexOffset: 500 });
    mark.on("drag", (event) => this.board.preview(entry, this.board.snap(event.latlng, entry)));
    mark.on("dragend", () => this.move(at, this.board.snap(mark.getLatLng(), entry)));
    mark.addTo(this.group);
    this.marks.push(mark);
    const element = mark.getElement();
    element.tabIndex = i === 0 ? 0 : -1;
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", this.words.vertex.replace("{n}", i + 1).replace("{all}", all));
    element.addEventListener("keydown", (event) => this.key(event, at, i));
    element.addEventListener("focus", () => this.hint(element.getAttribute("aria-label")));
  }

  key(event, at, i) {
    const step = STEPS[event.key];
    if (step) this.nudge(at, step, event.shiftKey ? 10 : 1);
    else if (event.key === "Delete") this.send({ operation: "remove_vertex", at: [at.lng, at.lat] });
    else if (event.key === "PageDown" || event.key === "PageUp") {
      const next = this.marks.at((i + (event.key === "PageDown" ? 1 : -1)) % this.marks.length).getElement();
      next.tabIndex = 0;
      event.currentTarget.tabIndex = -1;
      next.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  nudge(at, [east, north], metres) {
    const up = metres / 111_195;
    this.move(at, L.latLng(at.lat + north * up, at.lng + (east * up) / Math.cos((at.lat * Math.PI) / 180)));
  }

  move(at, to) {
    if (!same(at, to)) this.send({ operation: "move_vertex", at: [at.lng, at.lat], to: [to.lng, to.lat] });
  }

  middles(ring, sight) {
    ring.forEach((a, i) => {
      const b = ring[(i + 1) % ring.length];
      const middle = L.latLng((a.lat + b.lat) / 2, (a.lng + b.lng) / 2);
      if (!sight.contains(middle)) return;
      const mark = L.marker(middle, { keyboard: false, title: this.words.middle, icon: L.divIcon({ className: "vertex middle", iconSize: [10, 10] }) });
      mark.on("click", () => this.send({ operation: "add_vertex", at: [middle.lng, middle.lat] }));
      mark.addTo(this.group);
      mark.getElement().setAttribute("role", "button");
      mark.getElement().setAttribute("aria-label", this.words.middle);
    });
  }
}
