// A page that stays open says when something new has come; it never changes under somebody's hand. The server answers 304 while nothing has.
const box = document.querySelector("[data-fresh]");
const EVERY = 30_000;
let tag = `"${box.dataset.newest}"`;
const look = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(box.dataset.fresh, { headers: { "If-None-Match": tag }, cache: "no-store" });
    if (answer.status !== 200 || answer.redirected) return;
    tag = answer.headers.get("ETag") ?? tag;
    box.firstElementChild.hidden = false;
  } catch {
    // Without a signal the page stays as it is, and asks again.
  }
};
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
