// The list made new without losing what is open or half written, and the marks of what waits on its tickets.
import { keepPictures } from "./device.js";
import { photosOf, underWay } from "./snaps.js";

// True where what is shown is now as the server has it.
export async function refresh(root) {
  if (halfWritten(root)) return true;
  try {
    const answer = await fetch("/today", { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(20_000) });
    if (!answer.ok) return false;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("today");
    if (!made) return false; // the log-in page
    if (halfWritten(root)) return true; // begun while the answer was on its way
    const fresh = made.dataset.made !== root.dataset.made; // else it is the page that was kept
    exchange(root, made);
    return fresh;
  } catch {
    return false;
  }
}

// Whether the server would show something else now: a list that stays open asks this, not for all of it.
export async function hasChanged(root) {
  try {
    const answer = await fetch("/today/newest", { cache: "no-store", redirect: "manual", headers: { "If-None-Match": `"${root.dataset.newest}"` }, signal: AbortSignal.timeout(20_000) });
    return answer.status === 200;
  } catch {
    return false;
  }
}

function halfWritten(root) {
  if (root.querySelector("[data-work] form:focus-within") || underWay.size) return true;
  return [...root.querySelectorAll("[data-work] form")].some((form) => photosOf(form).length || form.querySelector("textarea")?.value.trim());
}

function exchange(root, made) {
  const open = [...root.querySelectorAll("[data-work] details[open]")].map((each) => each.id);
  const focused = document.activeElement?.closest("[data-work] details")?.id;
  root.querySelector("[data-work]").replaceWith(made.querySelector("[data-work]"));
  for (const count of root.querySelectorAll("[data-count]")) count.replaceWith(made.querySelector(`[data-count="${count.dataset.count}"]`));
  Object.assign(root.dataset, { made: made.dataset.made, newest: made.dataset.newest, csrf: made.dataset.csrf, account: made.dataset.account, name: made.dataset.name });
  for (const id of open.filter(Boolean)) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.querySelector("summary").focus({ preventScroll: true });
  root.dispatchEvent(new CustomEvent("today:made"));
  keepPictures(root);
}

export function mark(root, waiting) {
  const byNumber = new Map(waiting.map((act) => [act.number, act])); // the newest of each
  for (const card of root.querySelectorAll("[data-work] [data-number].visit")) {
    const act = byNumber.get(card.dataset.number);
    card.classList.toggle("pending", Boolean(act));
    const line = card.querySelector(".noted") ?? Object.assign(document.createElement("span"), { className: "noted badge plain" });
    if (act) {
      line.textContent = `${root.words[act.state === "stuck" ? "stuck" : "waiting"]} · ${act.label}`;
      card.querySelector(".badges").append(line);
    } else line.remove();
  }
}
