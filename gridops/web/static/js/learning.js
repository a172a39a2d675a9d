// While something is learned the page says how far it is, and loads itself anew at the end.
const box = document.querySelector("[data-learning]");
const EVERY = 2000;
const said = box.querySelector("[data-said]");
const look = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(box.dataset.learning, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const run = await answer.json();
    if (!run.open) location.reload();
    else if (said.textContent !== run.said) said.textContent = run.said;
  } catch {
    // Without a signal the page stays as it is, and asks again.
  }
};
setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
