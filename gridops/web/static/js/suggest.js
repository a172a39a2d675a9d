// Places that may be meant while an address is typed: <input data-suggest="/address" data-suggest-label="…" data-suggest-code="name of a hidden field">.
// The answer is {items: [{code, name, address, value?}]}. Without script the field is an ordinary one, and the server reads what was typed.
for (const field of document.querySelectorAll("[data-suggest]")) offer(field);

function offer(field) {
  const code = field.dataset.suggestCode ? field.form.elements[field.dataset.suggestCode] : null;
  const list = document.createElement("ul");
  Object.assign(list, { id: `${field.id}-places`, className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.suggestLabel);
  field.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) field.setAttribute(name, value);
  let at = -1;
  let asked = 0;
  let wait = null;

  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const choose = (item) => {
    field.value = item.value ?? [item.name, item.address].filter(Boolean).join("，");
    if (code) code.value = item.code;
    asked += 1;
    close();
  };

  const mark = (next) => {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = (next + list.children.length) % list.children.length;
    list.children[at].setAttribute("aria-selected", "true");
    list.children[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[at].id);
  };

  const show = (items) => {
    list.replaceChildren(...items.map((item, number) => {
      const row = Object.assign(document.createElement("li"), { id: `${list.id}-${number}` });
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.append(Object.assign(document.createElement("strong"), { textContent: item.name }));
      if (item.address) row.append(Object.assign(document.createElement("small"), { textContent: item.address }));
      // Before the field loses its focus.
      row.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(item); });
      row.choose = () => choose(item);
      return row;
    }));
    at = -1;
    list.hidden = !items.length;
    field.setAttribute("aria-expanded", String(items.length > 0));
  };

  const ask = async () => {
    const typed = field.value.trim();
    const mine = ++asked;
    if (!typed) return close();
    const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed.slice(0, 100))}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (mine !== asked) return;
    if (!answer || !answer.ok) return close();
    show((await answer.json()).items);
  };

  // While a Chinese input method composes, what stands in the field is not yet what is meant.
  field.addEventListener("input", (event) => {
    if (code) code.value = "";
    if (event.isComposing) return;
    clearTimeout(wait);
    wait = setTimeout(ask, 200);
  });
  field.addEventListener("compositionend", () => { clearTimeout(wait); wait = setTimeout(ask, 200); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(at < 0 && event.key === "ArrowUp" ? -1 : at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      list.children[at].choose();
    } else if (event.key === "Escape") close();
  });
}
