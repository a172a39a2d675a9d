// What was done on this device and has not been sent: acts, and the photos that belong to them. Survives closing the browser and logging out.
import { openDB } from "../../vendor/idb/index.js";

export const CHANNEL = "gridops-acts";
const opened = openDB("gridops", 1, {
  upgrade(db) {
    db.createObjectStore("acts", { keyPath: "id" });
    db.createObjectStore("photos", { keyPath: "id" }).createIndex("act", "act");
  },
});

// randomUUID is missing where the address is not encrypted; the key must be beyond guessing all the same.
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Oldest first: what was done first is sent first.
export async function acts() {
  const found = await (await opened).getAll("acts");
  return found.sort((one, other) => one.madeAt - other.madeAt || one.order - other.order);
}

export async function add(several) {
  const tx = (await opened).transaction(["acts", "photos"], "readwrite");
  several.forEach(({ act, photos }, order) => {
    tx.objectStore("acts").add({ ...act, order });
    photos.forEach((photo, place) => tx.objectStore("photos").add({ ...photo, act: act.id, place }));
  });
  await tx.done;
  tell();
}

export async function photosOf(act) {
  const found = await (await opened).getAllFromIndex("photos", "act", act.id);
  return found.sort((one, other) => one.place - other.place);
}

// Changes an act that is still there; what was taken back meanwhile stays away.
export async function change(id, changes) {
  const tx = (await opened).transaction("acts", "readwrite");
  const found = await tx.store.get(id);
  const next = found && { ...found, ...(typeof changes === "function" ? changes(found) : changes) };
  if (next) await tx.store.put(next);
  await tx.done;
  tell();
  return next;
}

export async function keepPhoto(photo) {
  return (await opened).put("photos", photo);
}

// With everything that was to follow it.
export async function remove(id) {
  const tx = (await opened).transaction(["acts", "photos"], "readwrite");
  const every = await tx.objectStore("acts").getAll();
  for (const act of every.filter((each) => each.id === id || each.after === id)) {
    await tx.objectStore("acts").delete(act.id);
    for (const key of await tx.objectStore("photos").index("act").getAllKeys(act.id)) await tx.objectStore("photos").delete(key);
  }
  await tx.done;
  tell();
}

// An act has arrived: it goes, and what was meant for the same ticket learns what came of it.
export async function settle(act, answer) {
  const tx = (await opened).transaction(["acts", "photos"], "readwrite");
  const store = tx.objectStore("acts");
  for (const other of await store.getAll()) {
    const known = act.body.expected_version;
    if (other.after === act.id) await store.put({ ...other, after: null, number: answer.number });
    else if (other.number === act.number && act.number && known && other.body.expected_version === known) {
      await store.put({ ...other, body: { ...other.body, expected_version: answer.version } });
    }
  }
  for (const key of await tx.objectStore("photos").index("act").getAllKeys(act.id)) await tx.objectStore("photos").delete(key);
  await store.delete(act.id);
  await tx.done;
  tell({ sent: { id: act.id, title: act.title, label: act.label } });
}

const channel = new BroadcastChannel(CHANNEL);
export function tell(news = {}) {
  channel.postMessage(news);
}
