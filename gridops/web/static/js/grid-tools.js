// Drawing a line or the corners of a polygon: presses add places, caught by vertices and edges.
export class Drawing {
  constructor(map, board, onDone) {
    Object.assign(this, { map, board, onDone, kind: null, places: [] });
    this.shown = L.polyline([], { className: "drawn", interactive: false }).addTo(map);
    this.next = L.circleMarker([0, 0], { radius: 5, className: "next", interactive: false });
    map.on("click", (event) => this.press(event.latlng));
    map.on("mousemove", (event) => this.follow(event.latlng));
    map.on("dblclick", () => this.finish());
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
  }

  begin(kind) {
    this.kind = kind;
    this.places = [];
    this.shown.setLatLngs([]);
    this.next.remove();
    this.map.getContainer().classList.toggle("drawing-now", Boolean(kind));
    this.map.doubleClickZoom[kind ? "disable" : "enable"]();
  }

  press(place) {
    if (!this.kind) return;
    const caught = this.board.snap(place);
    const last = this.places.at(-1);
    if (last && last.lng === caught.lng && last.lat === caught.lat) return;
    this.places.push(caught);
    this.show(this.places);
  }

  follow(place) {
    if (!this.kind) return;
    const caught = this.board.snap(place);
    this.next.setLatLng(caught).addTo(this.map);
    if (this.places.length) this.show([...this.places, caught]);
  }

  show(places) {
    this.shown.setLatLngs(this.kind === "polygon" && places.length > 2 ? [...places, places[0]] : places);
  }

  key(event) {
    if (!this.kind) return;
    if (event.key === "Enter") this.finish();
    else if (event.key === "Escape") this.begin(this.kind);
    else if (event.key === "Backspace") {
      this.places.pop();
      this.show(this.places);
    } else return;
    event.preventDefault();
  }

  finish() {
    const enough = this.kind === "polygon" ? 3 : 2;
    if (!this.kind || this.places.length < enough) return;
    const places = this.places.map((place) => [place.lng, place.lat]);
    this.onDone(this.kind, places);
  }
}

// Where the drawn ground lies; the server refuses what does not fit.
export function communityAt(board, place) {
  const all = [...board.layers.values()].filter((layer) => layer.feature.properties.level === "community");
  const over = all.filter((layer) => layer.getBounds().contains(place));
  const around = (layer) => layer.getLayers().some((part) => within(part.getLatLngs().flat(1)[0], place));
  const found = over.find(around) ?? over[0] ?? all[0];
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
