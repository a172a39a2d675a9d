// The service worker: the page opens without a signal, and what waits is sent when there is one, also after the page was closed.
// Kept are two things: what holds nobody's data (a new version brings a new set), and the page of whoever is logged in, until log-out.
import { sendAll } from "./send.js";

const PAGES = "gridops-today";
const PATIENCE = 6000;
const KEPT = 3 * 24 * 3600 * 1000; // a list older than this helps nobody, and a lost phone should not show it
const THUMBNAIL = /^\/api\/v1\/photos\/[0-9a-f-]+$/;

export function serve({ version, shell }) {
  const kept = `gridops-shell-${version}`;
  self.addEventListener("install", (event) => event.waitUntil(keepShell(kept, shell)));
  self.addEventListener("activate", (event) => event.waitUntil(takeOver(kept)));
  self.addEventListener("sync", (event) => event.waitUntil(sendInBackground()));
  self.addEventListener("fetch", (event) => answer(event, new Set(shell)));
}

async function keepShell(kept, shell) {
  await (await caches.open(kept)).addAll(shell);
  await self.skipWaiting();
}

async function takeOver(kept) {
  await self.clients.claim();
  const pages = await caches.open(PAGES);
  if (await pages.match("/today")) await network(new Request("/today")).catch(() => null); // the kept page names files of its own version
  for (const name of await caches.keys()) if (name.startsWith("gridops-shell-") && name !== kept) await caches.delete(name);
}

async function sendInBackground() {
  const end = await sendAll({ wait: true });
  if (end === "away") throw new Error(end); // asks the browser to try again
}

function answer(event, shell) {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === "/logout") event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (url.pathname === "/today") event.respondWith(page(event, request));
  else if (request.mode === "navigate") event.respondWith(elsewhere(request, url));
  else if (shell.has(url.pathname + url.search)) event.respondWith(shellFirst(request));
  else if (THUMBNAIL.test(url.pathname) && url.search === "?size=thumbnail") event.respondWith(picture(request));
}

async function shellFirst(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

// A weak signal is worse than none: after a while the kept page comes, and the new one is kept when it arrives.
async function page(event, request) {
  const fresh = network(request);
  event.waitUntil(fresh.catch(() => null));
  try {
    const found = await Promise.race([fresh, late(PATIENCE)]);
    return found.status < 500 ? found : ((await keptPage()) ?? found);
  } catch {
    return (await keptPage()) ?? fresh.catch(() => offline());
  }
}

// What was asked for before a log-out must not be kept after it.
let logOuts = 0;

function forget() {
  logOuts += 1;
  return caches.delete(PAGES);
}

async function network(request) {
  const before = logOuts;
  const found = await fetch(request);
  // A redirect leads to the log-in page: whoever it was is no longer logged in.
  if (found.type === "opaqueredirect" || found.redirected) await forget();
  else if (found.ok && before === logOuts) await (await caches.open(PAGES)).put("/today", found.clone());
  if (found.ok && before !== logOuts) await caches.delete(PAGES);
  return found;
}

function late(milliseconds) {
  return new Promise((_, fail) => setTimeout(() => fail(new Error("late")), milliseconds));
}

async function keptPage() {
  const found = await caches.match("/today", { cacheName: PAGES, ignoreVary: true });
  if (!found) return null;
  return Date.now() - Date.parse(found.headers.get("Date")) < KEPT ? found : null;
}

async function elsewhere(request, url) {
  try {
    const found = await fetch(request);
    if (url.pathname === "/login" && found.ok && !found.redirected) await forget();
    return found;
  } catch {
    return offline();
  }
}

async function offline() {
  return (await caches.match("/today/offline", { ignoreVary: true })) ?? Response.error();
}

async function picture(request) {
  const found = await caches.match(request, { cacheName: PAGES, ignoreVary: true });
  return found ?? fetch(request);
}
