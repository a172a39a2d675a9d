// The lists as the server has them now. After an edit only what it changed is asked for; the problems of the street follow after a pause.
const PAUSE = 700; // milliseconds without an edit

export class Lists {
  constructor(grid) {
    this.grid = grid;
    this.changed = new Set();
    this.removed = new Set();
    this.asked = 0;
    this.problems = document.getElementById("problems-here");
  }

  get root() {
    return document.getElementById("lists");
  }

  get revision() {
    return this.root.dataset.revision;
  }

  // What is not on the page yet stays noted until an answer has brought it, whatever was asked in between.
  async renew(chosen, changed = [], removed = []) {
    for (const code of changed) this.changed.add(code);
    for (const code of removed) this.removed.add(code);
    if (this.changed.size > Number(this.root.dataset.most)) return this.whole(chosen);
    const asked = ++this.asked;
    const query = new URLSearchParams([["cell", chosen], ...[...this.changed].map((code) => ["code", code])]);
    const fresh = (await this.page(`/grid/${this.grid}/changed?${query}`))?.getElementById("lists");
    if (fresh && asked === this.asked) this.put(fresh);
  }

  async whole(chosen) {
    const asked = ++this.asked;
    const fresh = (await this.page(`/grid/${this.grid}${chosen ? `?cell=${chosen}` : ""}`))?.getElementById("lists");
    if (!fresh || asked !== this.asked) return;
    const old = this.root;
    keeping(old, fresh, () => old.replaceWith(fresh));
    this.changed.clear();
    this.removed.clear();
  }

  put(fresh) {
    Object.assign(this.root.dataset, { revision: fresh.dataset.revision, chosen: fresh.dataset.chosen });
    const old = document.getElementById("now");
    const now = fresh.querySelector("#now");
    keeping(old, now, () => old.replaceWith(now));
    for (const id of ["cells-title", "steps"]) document.getElementById(id).replaceWith(fresh.querySelector(`#${id}`));
    for (const code of this.removed) document.getElementById(`row-${code}`)?.remove();
    for (const row of [...fresh.querySelectorAll("li[data-community]")]) place(row);
    this.changed.clear();
    this.removed.clear();
    this.mark(fresh.dataset.chosen);
  }

  mark(chosen) {
    for (const list of this.root.querySelectorAll("ul.cells")) {
      list.closest("details").querySelector("[data-count]").textContent = list.querySelectorAll("li[id]").length;
    }
    for (const row of this.root.querySelectorAll("ul.cells > li.chosen")) show(row, false);
    const row = document.getElementById(`row-${chosen}`);
    if (!row) return;
    show(row, true);
    reveal(row);
  }

  problemsLater() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.problems.setAttribute("aria-busy", "true");
    this.timer = setTimeout(() => this.problemsNow(), PAUSE);
  }

  async problemsNow() {
    this.asking = new AbortController();
    const fresh = (await this.page(`/grid/${this.grid}/problems`, this.asking.signal).catch(() => null))?.getElementById("problems");
    if (!fresh) return;
    this.problems.replaceChildren(fresh);
    this.problems.removeAttribute("aria-busy");
  }

  async page(path, signal) {
    const answer = await fetch(path, { headers: { Accept: "text/html" }, signal });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  }
}

// Beside the map its community opens; above the map, on a phone, it would push away what the finger is on.
const beside = matchMedia("(min-width: 60rem)");
export function reveal(row) {
  if (beside.matches) row.closest("details").open = true;
}

// A row takes its place in the order of codes; a tick that was set stays.
function place(row) {
  const old = document.getElementById(row.id);
  if (old) {
    const [box, was] = [row, old].map((one) => one.querySelector("input"));
    if (was) box.checked = was.checked;
    keeping(old, row, () => old.replaceWith(row));
    return;
  }
  const list = document.querySelector(`ul.cells[data-community="${row.dataset.community}"]`);
  list.querySelector(":scope > li:not([id])")?.remove();
  list.insertBefore(row, [...list.children].find((other) => other.id > row.id) ?? null);
}

function show(row, chosen) {
  row.classList.toggle("chosen", chosen);
  const link = row.querySelector("a[data-cell]");
  if (chosen) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

// What was open stays open, the vertex that was chosen stays chosen, and the focus stays where it was.
function keeping(old, fresh, replace) {
  const titles = (root) => [...root.querySelectorAll("details > summary")].map((one) => [one.textContent.replace(/\s*\(?\d*\)?\s*$/, ""), one.parentElement]);
  const open = new Set(titles(old).filter(([, one]) => one.open).map(([title]) => title));
  const vertex = old.querySelector("#vertex")?.selectedIndex ?? -1;
  const step = old.querySelector("#metres")?.value;
  const focused = old.contains(document.activeElement) ? key(document.activeElement) : "";
  replace();
  for (const [title, one] of titles(fresh)) if (open.has(title)) one.open = true;
  const select = fresh.querySelector("#vertex");
  if (select && vertex >= 0) select.selectedIndex = Math.min(vertex, select.length - 1);
  if (select && step) fresh.querySelector("#metres").value = step;
  if (focused) [...fresh.querySelectorAll("a, button, select, input, h2, summary")].find((one) => key(one) === focused)?.focus();
}

function key(element) {
  return element.id || element.value || element.dataset.cell || (element.tagName === "SUMMARY" ? element.textContent : "");
}
