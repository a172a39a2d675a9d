// Photos and short films of a form: taken one by one, photos made smaller, shown at once, and held until the form is noted.
import { LARGEST_FILM, isFilm, preview } from "../film.js";
import { smaller } from "../smaller.js";

const MOST = 9;
const held = new WeakMap(); // field -> blobs

export function watchSnaps(root, words) {
  release(root);
  root.addEventListener("today:made", () => release(root));
  root.addEventListener("change", (event) => {
    const snap = event.target.closest("[data-snap]");
    if (snap && event.target.type === "file") take(snap, event.target, words);
  });
  for (const input of root.querySelectorAll("[data-snap] input[type=file]")) {
    if (input.files.length) take(input.closest("[data-snap]"), input, words); // chosen before this script had come
  }
}

// The field is emptied with each photo: the browser would call it missing.
function release(root) {
  for (const input of root.querySelectorAll("[data-snap] input[required]")) input.required = false;
}

export function photosOf(form) {
  return [...form.querySelectorAll("[data-snap]")].flatMap((snap) => (held.get(snap) ?? []).map((blob) => ({ field: snap.dataset.snap, blob })));
}

export function missingPhoto(form) {
  return [...form.querySelectorAll("[data-snap][data-needed]")].find((snap) => !held.get(snap)?.length);
}

// What was taken before the page was made anew.
export function putBack(form, photos, words) {
  for (const { field, blob } of photos) show(form.querySelector(`[data-snap="${field}"]`), blob, words);
}

export function clearSnaps(form) {
  for (const snap of form.querySelectorAll("[data-snap]")) {
    held.delete(snap);
    snap.querySelector("[data-list]").replaceChildren();
  }
}

// Photos that are being made smaller: whoever presses the button meanwhile waits for them.
export const underWay = new Set();

function take(snap, input, words) {
  const files = [...input.files];
  input.value = "";
  for (const file of files) {
    const film = isFilm(file);
    if (film && file.size > LARGEST_FILM) {
      alert(words.filmTooLarge);
      continue;
    }
    const work = (film ? Promise.resolve(file) : smaller(file)).then((blob) => show(snap, blob, words)).finally(() => underWay.delete(work));
    underWay.add(work);
  }
}

function show(snap, blob, words) {
  const blobs = held.get(snap) ?? [];
  if (blobs.length >= MOST) return;
  held.set(snap, [...blobs, blob]);
  const row = document.createElement("li");
  const address = URL.createObjectURL(blob);
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  away.setAttribute("aria-label", words.removePhoto);
  away.addEventListener("click", () => {
    held.set(snap, held.get(snap).filter((each) => each !== blob));
    URL.revokeObjectURL(address);
    row.remove();
    changed(snap);
  });
  row.append(preview(blob, address), away);
  snap.querySelector("[data-list]").append(row);
  changed(snap);
}

function changed(snap) {
  snap.dispatchEvent(new CustomEvent("snap:changed", { bubbles: true }));
}
