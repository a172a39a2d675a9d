// A text that the organisation keeps is put in as soon as it is chosen; without script a button does it.
for (const choice of document.querySelectorAll("[data-texts] select")) {
  const form = choice.form;
  const text = form.elements.namedItem("text");
  const outcome = form.elements.namedItem("outcome");
  let put = "";
  choice.parentElement.querySelector("button").hidden = true;
  choice.addEventListener("change", () => {
    const chosen = choice.selectedOptions[0];
    if (!chosen.dataset.text) return;
    // What somebody typed is not overwritten; the text chosen before gives way to this one.
    const typed = text.value.endsWith(put) ? text.value.slice(0, text.value.length - put.length).trimEnd() : text.value;
    put = chosen.dataset.text;
    text.value = typed ? `${typed}\n${put}` : put;
    if (outcome && !outcome.value && chosen.dataset.outcome) outcome.value = chosen.dataset.outcome;
  });
}
