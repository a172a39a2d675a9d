// A report in few taps: what, photo (or the place alone), send. The position is asked for at that tap, once, and never otherwise.
import { common, complain, keep, keyed } from "./deeds.js";
import { photosOf, underWay } from "./snaps.js";
import { change } from "./store.js";

const ROUGH = 150; // metres: beyond this the cell says it better
const ASKED = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 15_000 };

export function watchPatrol(root) {
  const sheet = document.getElementById("patrol");
  const form = sheet.querySelector("form");
  const open = (shown) => opened(sheet, shown);
  root.querySelector("[data-patrol-open]").addEventListener("click", () => open(true));
  const close = sheet.querySelector("[data-patrol-close]");
  close.hidden = false;
  close.addEventListener("click", () => open(false));
  sheet.addEventListener("keydown", (event) => event.key === "Escape" && open(false));
  addEventListener("hashchange", () => open(location.hash === "#patrol"));
  open(location.hash === "#patrol" || "open" in sheet.dataset);
  const place = new Place(root.words, sheet);
  for (const camera of sheet.querySelectorAll("[data-snap=photos] .shoot")) camera.addEventListener("click", () => place.ask());
  const button = sheet.querySelector("[data-place]");
  button.hidden = !place.possible;
  button.addEventListener("click", () => place.ask());
  form.addEventListener("change", () => offerMending(form));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await report(root, form, place)) open(false);
  });
  form.addEventListener("draft:restored", ({ detail }) => detail.open && open(true));
  remember(form.elements.cell);
  form.noValidate = true; // the point where the worker stands may say it as well
}

const NARROW = matchMedia("(max-width: 61.99rem)");
const BELOW = "header, nav, footer, .skip, .top, .tray, [data-work]";

function opened(sheet, shown) {
  const before = sheet.classList.contains("open");
  sheet.classList.toggle("open", shown);
  document.body.classList.toggle("covered", shown);
  for (const part of document.querySelectorAll(BELOW)) part.inert = shown && NARROW.matches; // the sheet covers them
  if (shown && !before) sheet.focus({ preventScroll: true });
  if (!shown && before) {
    if (location.hash === "#patrol") history.replaceState(null, "", location.pathname);
    document.querySelector("[data-patrol-open]").focus({ preventScroll: true });
  }
  if (shown !== before) sheet.querySelector("form").dispatchEvent(new CustomEvent("sheet:moved", { bubbles: true }));
}

class Place {
  constructor(words, sheet) {
    this.possible = Boolean(navigator.geolocation) && isSecureContext;
    Object.assign(this, { words, line: sheet.querySelector("[data-spot]"), point: null, finding: null });
  }

  ask() {
    if (!this.possible || this.finding) return;
    this.say(this.words.finding);
    this.finding = new Promise((done) => navigator.geolocation.getCurrentPosition(({ coords }) => done(this.found(coords)), () => done(this.found(null)), ASKED));
  }

  found(coords) {
    this.point = coords && coords.accuracy <= ROUGH ? { lng: coords.longitude, lat: coords.latitude, crs: "wgs84" } : null;
    this.say(this.point ? this.words.found.replace("{metres}", Math.ceil(coords.accuracy)) : this.words.notFound);
    return this.point;
  }

  say(text) {
    this.line.hidden = !text;
    this.line.textContent = text;
  }

  forget() {
    Object.assign(this, { point: null, finding: null });
    this.say("");
  }
}

async function report(root, form, place) {
  await Promise.all(underWay);
  const fields = new FormData(form);
  if (!fields.get("cell") && place.finding) await place.finding;
  const wrong = problem(root.words, form, fields, place);
  if (wrong) return complain(form, wrong, wrong === root.words.chooseCell ? form.elements.cell : undefined) ?? false;
  const several = actsOf(root, form, fields, place.point);
  const [{ act }] = several;
  if (!(await keep(root, several, form))) return false;
  if (!place.point) place.finding?.then((point) => point && change(act.id, (found) => located(found, point)));
  const cell = fields.get("cell");
  form.reset();
  offerMending(form);
  if (cell) form.elements.cell.value = cell;
  place.forget();
  return true;
}

// What was mended at once is two acts: the report, and the ticket handled when its number has come back.
function actsOf(root, form, fields, point) {
  const act = actOf(root, form, fields, point);
  const after = photosOf(form).filter((photo) => photo.field === "after");
  const photos = photosOf(form).filter((photo) => photo.field === "photos");
  if (!after.length || !mendable(form)) return [{ act, photos: keyed(photos) }];
  const mended = { ...common(root), kind: "action", action: "self_handle", number: null, after: act.id, title: act.title, label: root.words.mended };
  mended.body = { category: act.body.category, text: fields.get("text").trim() || root.words.mendedSaid };
  const pictures = [...photos.map((photo) => ({ ...photo, field: "before" })), ...after.map((photo) => ({ ...photo, field: "photos" }))];
  return [{ act, photos: [] }, { act: mended, photos: keyed(pictures) }];
}

function mendable(form) {
  return "mendable" in (form.querySelector("[name=category]:checked")?.dataset ?? {});
}

function offerMending(form) {
  form.querySelector("[data-mended]").hidden = !mendable(form);
}

function problem(words, form, fields, place) {
  if (!fields.has("category")) return words.chooseMatter;
  if (!fields.get("category") && !fields.get("text").trim()) return words.sayWhat;
  const taken = new Set(photosOf(form).map((photo) => photo.field));
  if (taken.has("after") && mendable(form) && !taken.has("photos")) return words.needBefore;
  return fields.get("cell") || place.point ? null : words.chooseCell;
}

function actOf(root, form, fields, point) {
  const chosen = form.querySelector("[name=category]:checked");
  const matter = chosen.parentElement.textContent.trim();
  const text = fields.get("text").trim() || root.words.foundOnPatrol.replace("{matter}", matter);
  const body = { kind: "complaint", channel: "patrol", visibility: "anonymous", description: text, locale: document.documentElement.lang.slice(0, 2) };
  if (chosen.value) body.category = chosen.value;
  const act = { ...common(root), kind: "report", title: matter, label: root.words.patrol, cell: fields.get("cell") };
  return { ...act, body: { ...body, ...(point ? { location: point } : { cell: act.cell }) } };
}

// The position came after the tap on "send", and before anything was sent.
function located(act, point) {
  if (act.settled) return {};
  const { cell, ...body } = act.body;
  return { body: { ...body, location: point } };
}

// Who walks several cells is mostly still in the last one.
function remember(field) {
  if (field?.tagName !== "SELECT") return;
  const last = localStorage.getItem("gridops-cell");
  const known = [...field.options].find((option) => option.value === last);
  if (!field.value && known) known.selected = known.defaultSelected = true;
  field.addEventListener("change", () => localStorage.setItem("gridops-cell", field.value));
}
