import { reveal } from "./grid-lists.js";

// Several cells to merge: the ticks of the list are the choice; the map shows them, and sets them too.
export class Several {
  constructor(board) {
    this.board = board;
    this.button = document.querySelector("[data-tool=merge]");
    document.addEventListener("change", (event) => {
      if (event.target.closest?.(".cells .tick")) this.show();
    });
  }

  get codes() {
    return [...document.querySelectorAll(".cells .tick input:checked")].map((box) => box.value);
  }

  box(code) {
    return document.getElementById(`row-${code}`)?.querySelector(".tick input");
  }

  tick(code, on) {
    const box = this.box(code);
    if (!box) return;
    box.checked = on;
    if (on) reveal(box);
    this.show();
  }

  // The first press beside the chosen cell means both.
  press(code, chosen) {
    if (!this.codes.length && chosen && chosen !== code) this.tick(chosen, true);
    this.tick(code, !this.box(code)?.checked);
  }

  clear() {
    for (const code of this.codes) this.box(code).checked = false;
    this.show();
  }

  show() {
    const codes = new Set(this.codes);
    this.board.several(codes);
    for (const row of document.querySelectorAll(".cells > li[id]")) row.classList.toggle("several", codes.has(row.id.slice(4)));
    this.button.disabled = codes.size < 2;
    this.button.querySelector("span").textContent = codes.size ? `(${codes.size})` : "";
  }

  merge() {
    this.box(this.codes[0])?.form.requestSubmit();
  }
}
