// What is half written on the worker's page, with its photos and films: a phone may end the browser while its camera is open. Kept for a day,
// for its owner's log-in only; gone when it is noted, discarded, or its owner logs out.
import { openDB } from "../../vendor/idb/index.js";
import { HOLDS, begun, refill, tell, typed } from "../draft.js";
import { clearSnaps, photosOf, putBack } from "./snaps.js";

const WAIT = 300;
const opened = openDB("gridops-drafts", 1, {
  upgrade(db) {
    for (const name of ["drafts", "photos"]) db.createObjectStore(name, { keyPath: "id" });
  },
  blocking: (_, __, event) => event.target.close(), // a log-out takes all of it away
}).catch(() => null);
const waiting = new Map(); // form -> timer

export function watchDrafts(root) {
  const later = ({ target }) => onDraft(target, (form) => {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => keepWords(root, form), WAIT));
  });
  root.addEventListener("input", later);
  root.addEventListener("change", ({ target }) => onDraft(target, (form) => keepWords(root, form)));
  root.addEventListener("sheet:moved", ({ target }) => onDraft(target, (form) => keepWords(root, form)));
  root.addEventListener("snap:changed", ({ target }) => onDraft(target, (form) => {
    keepWords(root, form);
    if (photosOf(form).length) keepPhotos(root, form);
  }));
  document.addEventListener("visibilitychange", () => document.hidden && [...waiting.keys()].forEach((form) => keepWords(root, form)));
  restore(root);
}

function onDraft(target, work) {
  const form = target.closest("form[data-draft]");
  if (form && !("filling" in form.dataset)) work(form);
}

const idOf = (root, form) => `${root.dataset.account} ${form.dataset.draft}`;

async function keepWords(root, form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (!begun(form) && !photosOf(form).length) return forget(root, form);
  const open = Boolean(form.closest(".sheet.open"));
  await write("drafts", { id: idOf(root, form), account: root.dataset.account, form: form.dataset.draft, until: Date.now() + HOLDS, open, fields: typed(form) });
}

// Apart from the words: a film is not written anew with each letter.
async function keepPhotos(root, form) {
  await write("photos", { id: idOf(root, form), photos: photosOf(form) });
}

async function write(store, record) {
  await (await opened)?.put(store, record).catch(() => null); // no room: nothing is kept
}

export async function forget(root, form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  form.querySelector(".restored")?.remove();
  await remove(idOf(root, form));
}

async function remove(id) {
  const db = await opened;
  await Promise.all(["drafts", "photos"].map((store) => db?.delete(store, id).catch(() => null)));
}

async function restore(root) {
  const db = await opened;
  const known = new Set(await db?.getAllKeys("drafts").catch(() => []));
  for (const id of (await db?.getAllKeys("photos").catch(() => null)) ?? []) if (!known.has(id)) await remove(id);
  for (const draft of (await db?.getAll("drafts").catch(() => null)) ?? []) {
    if (!(draft.until > Date.now())) await remove(draft.id);
    else if (draft.account === root.dataset.account) await putIn(root, draft, (await db.get("photos", draft.id))?.photos ?? []);
  }
}

async function putIn(root, draft, photos) {
  const form = root.querySelector(`form[data-draft="${CSS.escape(draft.form)}"]`);
  if (!form || photosOf(form).length) return; // its ticket has gone on, or something new is begun already
  form.dataset.filling = "";
  refill(form, draft.fields);
  putBack(form, photos, root.words);
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  delete form.dataset.filling;
  form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true, detail: draft }));
  tell(form, root.words, () => {
    clearSnaps(form);
    forget(root, form);
  });
}
