// What stands in a form and was not sent: read from it, put back into it, and told. Only fields that the form names (data-keeps) are read,
// never a name or a phone; what looks like a phone number within a text is left out.
export const HOLDS = 24 * 3600 * 1000;
const PHONE = /(?:\+?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}|400[ -]?\d{3}[ -]?\d{4}|(?:0\d{2,3}[ -]?)?\d{7,8}/g;
const TEXTS = new Set(["textarea", "text", "search"]);

const names = (form) => form.dataset.keeps.split(" ").filter(Boolean);
const called = (form, name) => [...form.elements].filter((field) => field.name === name);
const ticked = (field) => ["radio", "checkbox"].includes(field.type);

function read(form, valueOf, chosen) {
  return Object.fromEntries(names(form).map((name) => [name, called(form, name).filter((field) => !ticked(field) || chosen(field)).map(valueOf).filter(Boolean)]));
}

export function typed(form) {
  return read(form, (field) => (TEXTS.has(field.type) ? field.value.replace(PHONE, "…") : field.value), (field) => field.checked);
}

// As the page was made, before anybody had touched it.
function made(form) {
  return read(form, madeValue, (field) => field.defaultChecked);
}

function madeValue(field) {
  if (field.options) return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
  return field.type === "hidden" ? "" : field.defaultValue;
}

export function begun(form) {
  return JSON.stringify(typed(form)) !== JSON.stringify(made(form));
}

// What is in the form by now stays: somebody was quicker than this script, or the browser has put it back itself.
export function refill(form, kept) {
  const now = read(form, (field) => field.value, (field) => field.checked);
  const asMade = made(form);
  const touched = Object.entries(now).filter(([name, values]) => JSON.stringify(values) !== JSON.stringify(asMade[name]));
  fill(form, { ...kept, ...Object.fromEntries(touched) });
}

// What follows from it on the page is no typing: form.dataset.filling says so.
function fill(form, kept) {
  form.dataset.filling = "";
  for (const name of names(form)) for (const field of called(form, name)) put(field, kept[name] ?? []);
  form.dispatchEvent(new CustomEvent("draft:filled", { detail: kept }));
  delete form.dataset.filling;
}

function put(field, values) {
  if (ticked(field) ? field.checked === values.includes(field.value) : field.value === (values[0] ?? "")) return;
  if (ticked(field)) field.checked = values.includes(field.value);
  else field.value = values[0] ?? "";
  if (values.length) for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

// The line above a form that was filled again, with the way back to an empty one.
export function tell(form, words, discard) {
  const line = Object.assign(document.createElement("p"), { className: "notice restored" });
  const away = Object.assign(document.createElement("button"), { type: "button", textContent: words.discard });
  line.setAttribute("role", "status");
  line.append(words.restored, " ", away);
  away.addEventListener("click", () => {
    fill(form, made(form));
    discard();
    line.remove();
    form.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  });
  form.querySelector(".restored")?.remove();
  form.prepend(line);
  return line;
}
