// Sends what waits, oldest first, from the page or from the service worker. Each act and each photo has had its own key since the tap, so
// that sending twice does nothing twice. Ends in one word: done, soon (a tap may still be undone), away, login, others, busy.
import { acts, change, keepPhoto, photosOf, settle } from "./store.js";

const LATE = 10 * 60 * 1000;
const PATIENCE = 90_000;
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504]);
let running = false;

export async function sendAll({ wait = false } = {}) {
  if (running) return "busy";
  running = true;
  try {
    const work = () => run(wait);
    // Where locks are missing two pages may both send; the keys make that harmless.
    return await (self.navigator.locks?.request("gridops-send", { ifAvailable: true }, (lock) => (lock ? work() : "busy")) ?? work());
  } finally {
    running = false;
  }
}

export async function whoIs() {
  const answer = await fetch("/today/me", { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(15_000) });
  if (answer.type === "opaqueredirect" || answer.status === 401) return null;
  if (!answer.ok) throw new TypeError("away");
  return answer.json();
}

async function run(wait) {
  try {
    if (!(await acts()).some((act) => act.state === "waiting")) return "done";
    let who = await whoIs();
    for (;;) {
      if (!who) return "login";
      const waiting = (await acts()).filter((act) => act.state === "waiting" && !act.after);
      const act = waiting.find((each) => each.account === who.account);
      if (!act) return waiting.length ? "others" : "done";
      const left = act.readyAt - Date.now();
      if (left > 0 && !wait) return "soon";
      if (left > 0) await new Promise((done) => setTimeout(done, Math.min(left, 10_000)));
      else who = await deliver(act, who);
    }
  } catch (error) {
    if (error instanceof Refusal) return error.word;
    return "away"; // no signal, or too slow: the next time
  }
}

class Refusal extends Error {
  constructor(word) {
    super(word);
    this.word = word;
  }
}

// Who is logged in afterwards; an act that was not accepted stays, with the reason.
async function deliver(act, who) {
  const settled = await change(act.id, (found) => settling(found, who));
  if (!settled) return who; // taken back a moment ago
  try {
    const photos = await upload(settled, who);
    if (!(await change(act.id, { posted: true }))) return who; // from here on it may have arrived: it can no longer be taken back
    const { path, body } = letter(settled, photos);
    const answer = await post(path, settled.id, who, JSON.stringify(body), "application/json");
    await settle(settled, answer);
  } catch (error) {
    return after(error, settled, who);
  }
  return who;
}

async function after(error, act, who) {
  if (!error.answer) throw error;
  const { code } = error.answer;
  if (code === "csrf" && !act.renewed) {
    await change(act.id, { renewed: true });
    return whoIs(); // logged in anew since the page was made
  }
  if (code === "photo_unknown" && !act.again) {
    // Unclaimed photos are swept after a day: they are still here, and go once more.
    for (const photo of await photosOf(act)) await keepPhoto({ ...photo, key: photo.key + "a", sent: null });
    await change(act.id, { again: true });
    return who;
  }
  await change(act.id, { state: "stuck", why: error.answer });
  return who;
}

// What depends on the moment of sending is decided once: the same key must bring the same body. A phone's clock may be ahead.
function settling(act, who) {
  if (act.settled) return {};
  const body = { ...act.body };
  if (act.kind === "report") body.occurred_at = new Date(Math.min(act.madeAt, Date.parse(who.now))).toISOString();
  else if (act.late && Date.now() - act.madeAt > LATE) body.text = act.late.replace("{text}", body.text);
  return { settled: true, body };
}

async function upload(act, who) {
  const sent = {};
  for (const photo of await photosOf(act)) {
    if (!photo.sent) {
      const form = new FormData();
      form.append("photo", photo.blob, "photo.jpg");
      photo.sent = (await post("/api/v1/photos", photo.key, who, form)).id;
      await keepPhoto(photo);
    }
    (sent[photo.field] ??= []).push(photo.sent);
  }
  return sent;
}

function letter(act, photos) {
  if (act.kind === "report") return { path: "/api/v1/reports", body: { ...act.body, ...photos } };
  return { path: `/api/v1/tickets/${act.number}/actions/${act.action}`, body: { ...act.body, ...photos } };
}

async function post(path, key, who, body, type) {
  const headers = { Accept: "application/json", "X-CSRF-Token": who.csrf, "Idempotency-Key": key, ...(type && { "Content-Type": type }) };
  const answer = await fetch(path, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.ok) return answer.json();
  if (answer.status === 401) throw new Refusal("login");
  if (AGAIN.has(answer.status)) throw new Refusal("away");
  const told = await answer.json().catch(() => ({}));
  throw Object.assign(new Error("refused"), { answer: { status: answer.status, ...(told.error ?? {}) } });
}
