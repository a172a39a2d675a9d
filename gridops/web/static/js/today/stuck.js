// What was not accepted, in words: what happened meanwhile, what is kept, and what can be done about it.
import { sendNow } from "./follow.js";
import { change, remove } from "./store.js";
import { line } from "./tray.js";

const RACES = new Set(["conflict", "not_allowed"]);

// What happened since the phone knew the ticket; kept with the act, so that it can be read again without a signal.
async function storyOf(act) {
  if (act.story || !act.number || !(RACES.has(act.why.code) || act.why.status === 404)) return act.story ?? null;
  try {
    const answer = await fetch(`/today/${act.number}/since?seq=${act.seq ?? 0}`, { redirect: "manual", cache: "no-store" });
    if (answer.ok) return (await change(act.id, { story: await answer.json() }))?.story ?? null;
  } catch {
    // No signal: the next time.
  }
  return null;
}

export async function explain(root, act) {
  const told = document.createElement("div");
  told.className = "told";
  const story = await storyOf(act);
  told.append(...(story ? tell(root.words, story) : [line("p", plain(root.words, act))]));
  told.append(line("p", root.words.kept, "soft"), choices(root, act, story));
  return [told];
}

function tell(words, story) {
  const steps = document.createElement("ul");
  for (const step of story.steps) {
    const text = words.step.replace("{who}", step.who).replace("{what}", step.what).replace("{at}", step.at);
    steps.append(line("li", step.note ? `${text} “${step.note}”` : text));
  }
  return [line("p", words.changed), steps, line("p", words.isNow.replace("{status}", story.status))];
}

function plain(words, { why }) {
  if (why.status === 404) return words.gone;
  const fields = Object.values(why.fields ?? {}).flat();
  return words.refused.replace("{message}", [...new Set([why.message, ...fields])].filter(Boolean).join(" "));
}

function choices(root, act, story) {
  const row = line("div", "", "buttons");
  if (story?.may.includes(act.action)) row.append(button(root.words.anyway, () => again(root, act, { body: { ...act.body, expected_version: story.version } })));
  if (act.why.code === "outside" && act.cell) row.append(button(root.words.asCell, () => again(root, act, { body: forCell(act) })));
  if (act.number && act.why.status !== 404) row.append(Object.assign(line("a", root.words.look, "button second"), { href: `/tickets/${act.number}` }));
  row.append(button(root.words.discard, () => confirm(root.words.reallyDiscard) && remove(act.id), "second"));
  return row;
}

function button(text, act, kind = "") {
  const made = Object.assign(line("button", text, `button ${kind}`), { type: "button" });
  made.addEventListener("click", act);
  return made;
}

function forCell({ body: { location, ...rest }, cell }) {
  return { ...rest, cell };
}

async function again(root, act, changes) {
  await change(act.id, { state: "waiting", posted: false, why: null, story: null, seq: act.story?.seq ?? act.seq, ...changes });
  await sendNow(root);
}
