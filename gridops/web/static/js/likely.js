// What the words suggest while they are typed: <textarea data-likely="/address" data-likely-into="id of a box" data-likely-for="id of the field that a press fills">.
// The answer is a piece of the page; what stands in its data-said is read out, once for each other answer. Nothing is filled in without a press.
const WAIT = 400;
for (const words of document.querySelectorAll("[data-likely]")) suggest(words);

function suggest(words) {
  const box = document.getElementById(words.dataset.likelyInto);
  const aloud = document.getElementById(`${box.id}-said`);
  const field = document.getElementById(words.dataset.likelyFor);
  let asked = "";
  let wait = null;
  let running = null;
  let late = null; // an answer that came while somebody was among the suggestions

  const mark = () => {
    for (const button of box.querySelectorAll("[data-take]")) button.setAttribute("aria-pressed", String(button.dataset.take === field.value));
  };

  const show = (html) => {
    // Who is about to press a suggestion keeps it under the finger; the new ones come when the focus has left.
    late = box.contains(document.activeElement) ? html : null;
    if (late !== null) return;
    box.innerHTML = html;
    const said = box.querySelector("[data-said]")?.dataset.said ?? "";
    box.hidden = !box.querySelector("button, p");
    if (aloud.textContent !== said) aloud.textContent = said;
    mark();
  };

  const ask = async () => {
    const typed = words.value.trim();
    if (typed === asked) return;
    asked = typed;
    running?.abort();
    if (!typed) return show("");
    running = new AbortController();
    try {
      const answer = await fetch(words.dataset.likely, { method: "POST", body: new URLSearchParams({ [words.name]: typed }), signal: running.signal });
      if (!answer.ok || answer.redirected) return;
      const html = await answer.text();
      if (typed === asked) show(html);
    } catch {
      // Without an answer the call goes on as ever; the next words ask again.
      if (typed === asked) asked = "";
    }
  };

  const later = () => { clearTimeout(wait); wait = setTimeout(ask, WAIT); };
  // While a Chinese input method composes, what stands in the field is not yet what is meant.
  words.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  words.addEventListener("compositionend", later);
  field.addEventListener("input", mark);
  field.addEventListener("change", mark);
  box.addEventListener("focusout", () => setTimeout(() => { if (late !== null) show(late); }));
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    field.value = button.dataset.take;
    field.dispatchEvent(new Event("change", { bubbles: true })); // its filing conditions are fetched
  });
  if (words.value.trim()) ask();
}
