// Forms of tickets become acts that wait: noted at the tap, taken back within some seconds, sent when there is a signal.
import { forget } from "./drafts.js";
import { clearSnaps, missingPhoto, photosOf, underWay } from "./snaps.js";
import { add, newKey } from "./store.js";
import { noted } from "./tray.js";

export const UNDO = 8000;

export function watchDeeds(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.act) return;
    event.preventDefault();
    note(root, form, event.submitter);
  });
}

async function note(root, form, button) {
  await Promise.all(underWay);
  const action = button?.dataset.does ?? form.dataset.act;
  const fields = new FormData(form, button);
  const wrong = problem(root.words, form, action, fields);
  if (wrong) return complain(form, wrong);
  const act = { ...common(root), kind: "action", number: form.dataset.number, action, seq: Number(form.dataset.seq) };
  act.title = form.dataset.title;
  act.label = button?.textContent.trim() ?? "";
  act.body = bodyOf(fields, button);
  act.late = lateWords(root.words);
  if (await keep(root, [{ act, photos: keyed(photosOf(form)) }], form)) form.reset();
}

function problem(words, form, action, fields) {
  if (missingPhoto(form)) return words.needPhoto;
  return action === "fail_check" && !fields.get("text").trim() ? words.needText : null;
}

// On a phone what is refused stands in the middle: at the edge the button that stays in sight would cover it.
export function complain(form, text, where = form.querySelector("textarea, select, input[type=file]")) {
  let line = form.querySelector("[data-wrong]");
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "wrong" });
    line.dataset.wrong = "";
    line.setAttribute("role", "alert");
    form.querySelector(".answers").before(line);
  }
  line.textContent = text;
  line.hidden = !text;
  if (!text) return;
  where?.focus({ preventScroll: true });
  line.scrollIntoView({ block: "center" });
}

export function common(root) {
  const now = Date.now();
  return { id: newKey(), account: Number(root.dataset.account), name: root.dataset.name, madeAt: now, readyAt: now + UNDO, state: "waiting", after: null };
}

export function keyed(photos) {
  return photos.map((photo) => ({ id: newKey(), key: newKey(), sent: null, ...photo }));
}

function bodyOf(fields, button) {
  const body = { expected_version: Number(fields.get("expected_version")), text: fields.get("text").trim() || button?.dataset.else || "" };
  for (const name of ["finding", "category", "call"]) if (fields.get(name)) body[name] = fields.get(name);
  return body;
}

// The instant on site, for what is sent much later. {text} is filled in when that is known.
function lateWords(words) {
  const time = new Date().toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return words.late.replace("{time}", time);
}

// False, and said so, where the phone has no room.
export async function keep(root, several, form) {
  try {
    await add(several);
  } catch (error) {
    complain(form, root.words.full);
    return false;
  }
  complain(form, "");
  clearSnaps(form);
  forget(root, form);
  noted(root, several[0].act);
  return true;
}
