// One way to send an edit of the draft, and what is said about it. Edits go one after the other, each with the revision that came of the one before.
export class Sender {
  constructor({ grid, csrf, words, lists, taken, lost }) {
    Object.assign(this, { grid, csrf, words, lists, taken, lost });
    this.editor = document.getElementById("editor");
    this.said = document.getElementById("said");
    this.queue = Promise.resolve();
  }

  say(text, kind = "") {
    this.said.hidden = false;
    this.said.className = `said notice ${kind}`;
    this.said.setAttribute("role", kind ? "alert" : "status");
    this.said.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  }

  // An edit from the map: {operation, …}.
  send(body) {
    return this.run(`/api/v1/grids/${this.grid}/edits`, () => this.json(body), null, body.operation);
  }

  undo() {
    return this.run(`/api/v1/grids/${this.grid}/undo`, () => this.json({}), this.words.undone);
  }

  form(form, submitter) {
    const body = new FormData(form, submitter);
    const made = () => {
      if (body.has("expected_revision")) body.set("expected_revision", this.lists.revision);
      return { body };
    };
    const text = form.dataset.edit === "undo" ? this.words.undone : null;
    return this.run(form.getAttribute("action"), made, text, body.get("operation") ?? "move_vertex");
  }

  json(body) {
    const sent = { expected_revision: Number(this.lists.revision), ...body };
    return { body: JSON.stringify(sent), headers: { "Content-Type": "application/json" } };
  }

  run(...edit) {
    this.queue = this.queue.then(() => this.perform(...edit));
    return this.queue;
  }

  async perform(path, made, text = null, operation = "") {
    this.editor.setAttribute("aria-busy", "true");
    try {
      const options = made();
      const headers = { Accept: "application/json", "X-CSRF-Token": this.csrf, ...options.headers };
      const answer = await fetch(path, { method: "POST", ...options, headers });
      const found = await answer.json();
      if (answer.ok) await this.done(found, text, operation);
      else await this.refused(found.error);
    } catch {
      this.say(this.words.failed, "error");
      await this.lost(false).catch(() => null);
    } finally {
      this.editor.removeAttribute("aria-busy");
    }
  }

  async done(found, text, operation) {
    if (found.changed) {
      const number = found.changed.length + found.removed.length;
      const what = this.words.done[number === 1 ? 0 : 1].replace("{what}", this.words.operations[operation] ?? "").replace("{cells}", number);
      this.say(text ?? (found.changed.length ? what : this.words.nothing));
    }
    await this.taken(found, operation);
  }

  async refused(error) {
    const last = error.details?.last_edit;
    if (error.code !== "conflict") {
      this.say([error.message, ...Object.values(error.fields ?? {}).flat()].join(" "), "error");
      await this.lost(false); // a dragged vertex goes back
      return;
    }
    const text = this.words.conflict.replace("{who}", last?.by || this.words.somebody).replace("{what}", this.words.operations[last?.operation] ?? "–");
    this.say(text.replace("{cells}", (last?.cells ?? []).map((code) => code.slice(-3)).join(", ") || "–"), "error");
    const again = Object.assign(document.createElement("button"), { type: "button", className: "button second", textContent: this.words.reload });
    again.addEventListener("click", async () => {
      await this.lost(true);
      this.said.hidden = true;
    });
    this.said.append(again);
  }
}
