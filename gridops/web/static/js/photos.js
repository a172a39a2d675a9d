// Photos are made smaller on the phone and sent one by one while the rest is typed, so that a weak signal loses none of the words.
// Where staff are asked (data-csrf) they are sent under the log-in, and short films, too.
import { LARGEST_FILM, isFilm, preview } from "./film.js";
import { smaller } from "./smaller.js";

for (const box of document.querySelectorAll("[data-photos]")) watch(box);

function watch(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-list]");
  input.addEventListener("change", () => {
    const chosen = [...input.files];
    input.value = "";
    input.name = ""; // what was chosen here travels by itself, not with the form
    for (const file of chosen) {
      if (list.children.length < Number(box.dataset.most)) add(box, list, file);
    }
  });
  for (const kept of list.querySelectorAll(".kept")) kept.append(remover(box, kept));
  box.closest("form").addEventListener("draft:filled", ({ detail }) => putBack(box, list, detail[nameOf(box)] ?? []));
}

const nameOf = (box) => box.dataset.name || "photos";

// Photos that were sent before the page was made anew, by their ids.
function putBack(box, list, ids) {
  list.replaceChildren(...ids.map((id, at) => {
    const row = Object.assign(document.createElement("li"), { className: "kept" });
    const note = Object.assign(document.createElement("span"), { textContent: box.dataset.kept.replace("{n}", at + 1) });
    row.append(hidden(box, id), note, remover(box, row));
    return row;
  }));
}

function hidden(box, id) {
  return Object.assign(document.createElement("input"), { type: "hidden", name: nameOf(box), value: id });
}

const changed = (box) => box.dispatchEvent(new Event("change", { bubbles: true }));

function add(box, list, file) {
  const row = document.createElement("li");
  row.className = "sent";
  row.dataset.state = "busy";
  const picture = preview(file, URL.createObjectURL(file), file.name);
  const note = Object.assign(document.createElement("small"), { textContent: box.dataset.busy });
  note.setAttribute("role", "status");
  row.append(picture, note, remover(box, row));
  list.append(row);
  send(box, row, note, file);
}

async function send(box, row, note, file) {
  try {
    if (isFilm(file) && file.size > LARGEST_FILM) throw new Error(box.dataset.filmTooLarge);
    const body = new FormData();
    body.append("photo", isFilm(file) ? file : await smaller(file), "photo.jpg");
    const answer = await fetch("/api/v1/photos", { method: "POST", body, ...sender(box) });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error.message);
    row.append(hidden(box, told.id));
    note.textContent = "";
    row.dataset.state = "done";
    changed(box);
  } catch (error) {
    row.dataset.state = "failed";
    note.textContent = error instanceof TypeError ? box.dataset.failed : error.message || box.dataset.failed;
  }
}

function sender({ dataset: { csrf } }) {
  const headers = { Accept: "application/json" };
  return csrf ? { headers: { ...headers, "X-CSRF-Token": csrf } } : { headers, credentials: "omit" };
}

function remover(box, row) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  button.setAttribute("aria-label", box.dataset.remove);
  button.addEventListener("click", () => {
    row.remove();
    changed(box);
  });
  return button;
}
