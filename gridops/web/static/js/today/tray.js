// What waits on this phone: listed above the tickets, said in words, and never gone without somebody's wish.
import { soon } from "./follow.js";
import { mark } from "./list.js";
import { acts, CHANNEL, photosOf, remove } from "./store.js";
import { explain } from "./stuck.js";

const SHOWN = 50;

export function listen(root) {
  const draw = () => render(root);
  new BroadcastChannel(CHANNEL).addEventListener("message", draw);
  root.addEventListener("today:made", draw);
  root.querySelector("[data-toast-undo]").addEventListener("click", () => undo(root));
  draw();
}

export async function render(root) {
  const every = await acts();
  const own = every.filter((act) => act.account === Number(root.dataset.account));
  const tray = root.querySelector("#tray");
  others(root, every.filter((act) => act.account !== Number(root.dataset.account)));
  tray.hidden = !every.length;
  for (const count of root.querySelectorAll("[data-waiting]")) count.textContent = own.length;
  root.querySelector("[data-waiting-link]").hidden = !own.length;
  const rows = await Promise.all(own.slice(0, SHOWN).map((act) => rowOf(root, act)));
  root.querySelector("[data-acts]").replaceChildren(...rows);
  mark(root, own);
}

function others(root, waiting) {
  const line = root.querySelector("[data-others]");
  line.hidden = !waiting.length;
  if (waiting.length) line.textContent = counted(root.words.others, waiting.length).replaceAll("{name}", waiting[0].name);
}

async function rowOf(root, act) {
  const row = document.createElement("li");
  row.dataset.state = act.state;
  const count = (await photosOf(act)).length;
  const before = [act.number, count && counted(root.words.photos, count)].filter(Boolean);
  const details = line("small", before.map((part) => `${part} · `).join(""), "soft");
  details.append(clock(act.madeAt));
  row.append(line("strong", `${act.title} · ${act.label}`), details);
  const said = act.body.text ?? act.body.description;
  if (said && act.state === "stuck") row.append(line("p", said, "words"));
  row.append(line("span", stateWords(root.words, act), `badge ${act.state === "stuck" ? "red" : "plain"}`));
  if (act.state === "stuck") row.append(...(await explain(root, act)));
  else if (!act.posted) row.append(takeBack(root, act));
  return row;
}

function stateWords(words, act) {
  if (act.state === "stuck") return words.stuck;
  if (act.posted) return words.sending;
  return act.readyAt > Date.now() ? words.soon : words.waiting;
}

// Words of one, and of several.
function counted(words, count) {
  return words[count === 1 ? 0 : 1].replace("{count}", count);
}

export function line(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

function takeBack(root, act) {
  const button = Object.assign(line("button", root.words.takeBack, "button second"), { type: "button" });
  button.addEventListener("click", () => remove(act.id));
  return button;
}

// As the server writes a time: short, with the exact instant on hover.
function clock(at) {
  const { lang } = document.documentElement;
  const made = new Date(at);
  const short = made.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
  return Object.assign(line("time", short), { dateTime: made.toISOString(), title: made.toLocaleString(lang, { dateStyle: "full", timeStyle: "long" }) });
}

// The toast of the newest act, with its way back.
let shown = null;
let ticking = null;

export function noted(root, act) {
  shown = act;
  const toast = root.querySelector("[data-toast]");
  toast.querySelector("[data-toast-text]").textContent = root.words.noted.replace("{what}", `${act.title} · ${act.label}`);
  toast.querySelector("[data-toast-undo]").hidden = false;
  toast.hidden = false;
  clearInterval(ticking);
  ticking = setInterval(() => tick(toast), 250);
  tick(toast);
  soon(root, act.readyAt - Date.now());
}

function tick(toast) {
  const left = Math.ceil((shown.readyAt - Date.now()) / 1000);
  toast.querySelector("[data-toast-left]").textContent = left > 0 ? left : "";
  if (left > 0) return;
  clearInterval(ticking);
  toast.hidden = true;
}

async function undo(root) {
  await remove(shown.id);
  clearInterval(ticking);
  const toast = root.querySelector("[data-toast]");
  toast.querySelector("[data-toast-text]").textContent = root.words.undone;
  toast.querySelector("[data-toast-undo]").hidden = true;
  setTimeout(() => (toast.hidden = !ticking || toast.querySelector("[data-toast-undo]").hidden), 3000);
}

// Nobody logs out without knowing that something waits.
export function askBefore(root) {
  for (const form of document.querySelectorAll('form[action="/logout"]')) {
    form.addEventListener("submit", async (event) => {
      if (form.dataset.sure) return;
      event.preventDefault();
      const own = (await acts()).filter((act) => act.account === Number(root.dataset.account));
      if (own.length && !confirm(counted(root.words.logOut, own.length))) return;
      form.dataset.sure = "1";
      form.requestSubmit();
    });
  }
}
