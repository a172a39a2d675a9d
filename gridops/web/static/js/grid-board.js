// The shapes of one version on the map. A place that several shapes share is one entry of an index, so that all of them follow when it is dragged.
const SNAP = 12; // pixels

export class Board {
  constructor(map, onChoose) {
    this.map = map;
    this.onChoose = onChoose;
    this.layers = new Map(); // code -> layer
    this.index = null;
    this.chosen = "";
  }

  put(features) {
    for (const feature of features) this.draw(feature);
    this.index = null;
    this.choose(this.chosen);
  }

  draw(feature) {
    if (!feature.geometry) return;
    const { level, code } = feature.properties;
    this.layers.get(code)?.remove();
    const layer = L.geoJSON(feature, {
      style: () => ({ className: level === "cell" ? "cell" : level === "community" ? "community" : "place", smoothFactor: 1 }),
      pointToLayer: (_, at) => L.circleMarker(at, { radius: 4, className: "place" }),
      interactive: level === "cell",
      bubblingMouseEvents: true,
    }).addTo(this.map);
    layer.feature = feature;
    this.layers.set(code, layer);
    if (level !== "cell") return;
    layer.bindTooltip(document.createTextNode(`${called(feature.properties) || "–"} ${code.slice(-3)}`), { sticky: true });
    layer.on("click", (event) => this.onChoose(code, event.originalEvent));
  }

  remove(codes) {
    for (const code of codes) {
      this.layers.get(code)?.remove();
      this.layers.delete(code);
    }
    this.index = null;
  }

  choose(code) {
    this.chosen = code;
    for (const [other, layer] of this.layers) {
      layer.eachLayer((part) => part.getElement?.()?.classList.toggle("chosen", other === code && this.isCell(other)));
    }
    if (this.isCell(code)) this.layers.get(code).bringToFront();
  }

  several(codes) {
    for (const [code, layer] of this.layers) {
      layer.eachLayer((part) => part.getElement?.()?.classList.toggle("several", codes.has(code)));
      if (codes.has(code)) layer.bringToFront();
    }
  }

  isCell(code) {
    return this.layers.get(code)?.feature.properties.level === "cell";
  }

  nameOf(code) {
    const layer = this.layers.get(code);
    return (layer && called(layer.feature.properties)) || code;
  }

  bounds() {
    return L.featureGroup([...this.layers.values()]).getBounds();
  }

  // key -> { at, parts: [[layer, LatLng]], border } of every vertex of cells; communities are only caught by, never moved.
  vertices() {
    if (this.index) return this.index;
    this.index = new Map();
    for (const [code, layer] of this.layers) {
      const { level } = layer.feature.properties;
      if (level !== "cell" && level !== "community") continue;
      layer.eachLayer((part) => {
        for (const at of (part.getLatLngs?.() ?? []).flat(3)) this.enter(code, level, part, at);
      });
    }
    return this.index;
  }

  enter(code, level, part, at) {
    const key = `${at.lng},${at.lat}`;
    if (!this.index.has(key)) this.index.set(key, { at: L.latLng(at.lat, at.lng), parts: [], border: false, cells: new Set() });
    const entry = this.index.get(key);
    if (level === "community") entry.border = true;
    else {
      entry.parts.push([part, at]);
      entry.cells.add(code);
    }
  }

  ring(code) {
    const found = [];
    this.layers.get(code)?.eachLayer((part) => {
      const rings = (lines) => (Array.isArray(lines[0]) ? lines.flatMap(rings) : [lines]);
      found.push(...rings(part.getLatLngs?.() ?? []));
    });
    return found;
  }

  // Every shape that has the vertex follows, on the screen only; the server has the last word.
  preview(entry, to) {
    const parts = new Set();
    for (const [part, at] of entry.parts) {
      at.lat = to.lat;
      at.lng = to.lng;
      parts.add(part);
    }
    for (const part of parts) part.redraw();
  }

  // The vertex, else the place on an edge, that lies within SNAP pixels; else the place itself.
  snap(place, except = null) {
    const point = this.map.latLngToLayerPoint(place);
    const reach = this.map.layerPointToLatLng(point.add([SNAP, -SNAP]));
    const [wide, high] = [Math.abs(reach.lng - place.lng), Math.abs(reach.lat - place.lat)];
    let best = null;
    let away = SNAP;
    for (const entry of this.vertices().values()) {
      if (entry === except || Math.abs(entry.at.lng - place.lng) > wide || Math.abs(entry.at.lat - place.lat) > high) continue;
      const far = this.map.latLngToLayerPoint(entry.at).distanceTo(point);
      if (far < away) [best, away] = [entry.at, far];
    }
    return best ?? this.onEdge(place, point, wide, high, except) ?? place;
  }

  onEdge(place, point, wide, high, except) {
    const own = new Set(except?.parts.map(([, at]) => at)); // edges that hang on the dragged vertex catch nothing
    let best = null;
    let away = SNAP;
    for (const code of this.layers.keys()) {
      const { level } = this.layers.get(code).feature.properties;
      if (level !== "cell" && level !== "community") continue;
      if (!this.layers.get(code).getBounds().pad(0.1).contains(place)) continue;
      for (const ring of this.ring(code)) {
        for (let i = 0; i < ring.length; i++) {
          const [a, b] = [ring[i], ring[(i + 1) % ring.length]];
          if (Math.min(a.lng, b.lng) > place.lng + wide || Math.max(a.lng, b.lng) < place.lng - wide) continue;
          if (Math.min(a.lat, b.lat) > place.lat + high || Math.max(a.lat, b.lat) < place.lat - high) continue;
          if (own.has(a) || own.has(b)) continue;
          const near = L.LineUtil.closestPointOnSegment(point, this.map.latLngToLayerPoint(a), this.map.latLngToLayerPoint(b));
          const far = near.distanceTo(point);
          if (far < away) [best, away] = [this.map.layerPointToLatLng(near), far];
        }
      }
    }
    return best;
  }
}

// In the reader's language.
export function called({ name, name_en: english }) {
  return (document.documentElement.lang.startsWith("en") && english) || name;
}

export function same(a, b) {
  return a.lng === b.lng && a.lat === b.lat;
}
