// The live part of an emergency's page looks again every five seconds; the server answers 304 while nothing has changed.
const part = document.querySelector("[data-live]");
const EVERY = 5000;
let tag = null;
const look = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(part.dataset.live, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status !== 200 || answer.redirected) return;
    tag = answer.headers.get("ETag");
    part.innerHTML = await answer.text();
  } catch {
    // Without a signal the page stays as it is, and asks again.
  }
};
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
