// Highlight words and press Ctrl+Enter (⌘+Enter), or touch the button: the form opens with the words in it.
// The keys always answer: where nothing that can be corrected is selected, with one sentence.
import { isMac } from "./platform.js";

const parts = [...document.querySelectorAll("[data-article]")]; // headline, standfirst, text, as they are read
const link = document.querySelector("[data-pick]");
const note = document.querySelector("[data-pick-note]");
const CONTEXT = 64;
const points = (text) => [...text];

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const pieces = parts.map((part) => cut(range, part));
  const first = pieces.findIndex((piece) => piece.exact);
  const last = pieces.findLastIndex((piece) => piece.exact);
  const exact = join(pieces.slice(first, last + 1).map((piece) => piece.exact));
  if (first < 0 || !exact.trim()) return null;
  const lead = points(join([...pieces.slice(0, first).map((piece) => piece.whole), pieces[first].before]));
  const trail = join([pieces[last].after, ...pieces.slice(last + 1).map((piece) => piece.whole)]);
  return {
    exact,
    prefix: lead.slice(-CONTEXT).join(""),
    suffix: points(trail).slice(0, CONTEXT).join(""),
    start: String(lead.length),
    revision: parts.at(-1).dataset.revision,
    box: range.getBoundingClientRect(),
  };
}

/** The text of a part: all of it, what of it is selected, and what is before and after that. */
function cut(range, part) {
  const whole = document.createRange();
  whole.selectNodeContents(part);
  const inside = whole.cloneRange();
  if (range.compareBoundaryPoints(Range.START_TO_START, whole) > 0) inside.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, whole) < 0) inside.setEnd(range.endContainer, range.endOffset);
  const before = whole.cloneRange();
  before.setEnd(inside.startContainer, inside.startOffset);
  const after = whole.cloneRange();
  after.setStart(inside.endContainer, inside.endOffset);
  const isOutside = range.compareBoundaryPoints(Range.START_TO_END, whole) <= 0 || range.compareBoundaryPoints(Range.END_TO_START, whole) >= 0;
  return { whole: whole.toString(), exact: isOutside ? "" : inside.toString(), before: before.toString(), after: after.toString() };
}

/** Parts one after the other, each on a line of its own. */
const join = (texts) => texts.map((text, at) => (at < texts.length - 1 && !text.endsWith("\n") ? `${text}\n` : text)).join("");

function address(found) {
  const { box, ...fields } = found;
  return `${link.getAttribute("href")}?${new URLSearchParams(fields)}`;
}

function explain() {
  const { nothing, outside } = note.dataset;
  note.hidden = false;
  const sentence = (getSelection().isCollapsed ? nothing : outside).replace("{keys}", isMac ? note.dataset.keys.replace(/^\S+/, "⌘") : note.dataset.keys);
  setTimeout(() => { note.textContent = sentence; }); // once it is shown: only then is it read out
}

function hideNote() {
  note.hidden = true;
  note.textContent = "";
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideNote();
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  if (event.target.closest?.("input, textarea, select")) return;
  if (getSelection().isCollapsed && event.target.closest?.("a, button")) return; // opens the link
  event.preventDefault();
  const found = selected();
  if (found) location.assign(address(found));
  else explain();
});

document.addEventListener("pointerdown", hideNote);

document.addEventListener("selectionchange", () => {
  const found = selected();
  if (found) hideNote();
  link.hidden = !found;
  if (found) link.dataset.to = address(found);
});

link.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the selection
link.addEventListener("click", (event) => {
  event.preventDefault();
  location.assign(link.dataset.to);
});
