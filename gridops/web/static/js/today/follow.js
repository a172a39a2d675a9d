// When to send: a moment after the tap, when the signal comes back, when the page is opened or seen again, and now and then while something waits.
// And when to look for new tickets: each minute that the list is open.
import { isOld } from "./device.js";
import { hasChanged, refresh } from "./list.js";
import { acts, CHANNEL } from "./store.js";
import { sendAll } from "./send.js";

const EVERY = 20_000;
const NEWS = 60_000; // how often a list that stays open asks whether a ticket has come
let timer = null;

export function follow(root) {
  new BroadcastChannel(CHANNEL).addEventListener("message", (news) => news.data.sent && arrived(root, news.data.sent));
  addEventListener("online", () => sendNow(root));
  addEventListener("offline", () => say(root, root.words.offline));
  addEventListener("pageshow", (event) => event.persisted && sendNow(root));
  document.addEventListener("visibilitychange", () => document.hidden || seen(root));
  setInterval(async () => document.hidden || ((await acts()).length && sendNow(root)), EVERY);
  setInterval(async () => document.hidden || !navigator.onLine || ((await hasChanged(root)) && renew(root)), NEWS);
  seen(root);
}

async function seen(root) {
  await sendNow(root);
  if (isOld(root)) await renew(root);
}

export function soon(root, milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(() => sendNow(root), Math.max(0, milliseconds) + 100);
  askForBackground();
}

// Where the browser can send with the page closed it is asked to; elsewhere the next opening does.
async function askForBackground() {
  try {
    await (await navigator.serviceWorker?.getRegistration())?.sync?.register("gridops-send");
  } catch {
    // Not allowed here: nothing is lost by it.
  }
}

export async function sendNow(root) {
  const end = await sendAll();
  const waits = (await acts()).filter((act) => act.state === "waiting" && act.readyAt > Date.now());
  if (end === "soon" && waits.length) soon(root, Math.min(...waits.map((act) => act.readyAt)) - Date.now());
  root.querySelector("[data-login]").hidden = end !== "login";
  say(root, end === "away" || !navigator.onLine ? root.words.offline : "");
}

async function arrived(root, act) {
  say(root, root.words.sent.replace("{what}", `${act.title} · ${act.label}`));
  clearTimeout(root.renewing);
  root.renewing = setTimeout(() => renew(root), 800); // once for many
}

async function renew(root) {
  if (await refresh(root)) say(root, navigator.onLine ? "" : root.words.offline);
  else if (isOld(root)) say(root, `${root.words.offline} ${asOf(root)}`);
}

function asOf(root) {
  const at = new Date(root.dataset.made).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return root.words.asOf.replace("{time}", at);
}

function say(root, text) {
  const state = root.querySelector("[data-state]");
  state.hidden = !text;
  if (state.textContent !== text) state.textContent = text;
}
