// Forms that outlive the page: a phone may end the browser while its camera is open. <form data-draft="name" data-keeps="fields">.
// Kept on the device for a day. Who does not want to be known, or tips somebody off, must not be given away by a phone that others use: his
// words stay with this page of this tab (its place in the history; and the tab, for as long as nobody leaves the page), and go when it is closed.
import { HOLDS, begun, refill, tell, typed } from "./draft.js";

const NAME = "gridops-draft:";
const SENDING = 10 * 60 * 1000;
const device = shelf("localStorage");
const tab = shelf("sessionStorage");

sweep();
for (const { dataset } of document.querySelectorAll("[data-draft-sent]")) arrived(dataset.draftSent);
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);

function shelf(name) {
  try {
    return window[name];
  } catch {
    return null; // forbidden in this browser: nothing is kept, everything else works
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// What is over, and what was sent without anybody having seen that it arrived.
function sweep() {
  for (const name of Object.keys(device ?? {}).filter((each) => each.startsWith(NAME))) {
    if (isOver(parsed(device.getItem(name)))) device.removeItem(name);
  }
}

function isOver(draft) {
  return !(draft?.until > Date.now()) || draft.sent < Date.now() - SENDING;
}

function arrived(name) {
  for (const place of [device, tab]) put(place, NAME + name, null);
  tab?.setItem(`${NAME}${name}:sent`, Date.now());
}

function lasting({ elements: { visibility, kind } }) {
  return !visibility || (visibility.value === "named" && kind.value !== "tipoff");
}

function watch(form) {
  const name = form.dataset.draft;
  let wait = null;
  const save = () => {
    if ("filling" in form.dataset) return;
    clearTimeout(wait);
    wait = null;
    keep(form, name);
  };
  if ("typed" in form.dataset) save(); // came back from the server with what was typed
  else restore(form, name);
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(save, 400);
  });
  form.addEventListener("change", save);
  document.addEventListener("visibilitychange", () => document.hidden && wait && save());
  let sent = null;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(wait);
    keep(form, name, { sent: (sent = Date.now()) });
  });
  addEventListener("pagehide", () => sent || put(tab, NAME + name, null)); // left on purpose: a page that was ended has no time for it
}

function keep(form, name, more = {}) {
  const draft = "typed" in form.dataset || begun(form) ? { until: Date.now() + HOLDS, version: versionOf(form), fields: typed(form), ...more } : null;
  const stays = lasting(form);
  put(device, NAME + name, stays ? draft : null);
  toPage(name, stays ? null : draft);
}

function put(place, key, draft) {
  try {
    if (draft) place?.setItem(key, JSON.stringify(draft));
    else place?.removeItem(key);
  } catch {
    // no room: nothing is kept
  }
}

// A browser that has lost a page only knows what stood in the tab; one that was ended altogether, its history.
function toPage(name, draft) {
  const key = NAME + name;
  if (draft || history.state?.[key]) history.replaceState({ ...history.state, [key]: draft }, "");
  put(tab, key, draft);
}

function restore(form, name) {
  const key = NAME + name;
  const draft = history.state?.[key] ?? parsed(tab?.getItem(key) ?? null) ?? parsed(device?.getItem(key) ?? null);
  if (!draft) return;
  if (isOver(draft) || (draft.sent && hasArrived(form, name, draft))) return keep(form, name);
  refill(form, draft.fields);
  keep(form, name);
  tell(form, form.dataset, () => keep(form, name));
}

function versionOf(form) {
  return form.elements.expected_version?.value;
}

// A ticket has another version then; a report's receipt has left word.
function hasArrived(form, name, draft) {
  return draft.version ? draft.version !== versionOf(form) : Number(tab?.getItem(`${NAME}${name}:sent`)) >= draft.sent;
}
