// Highlight words and press Ctrl+Enter (⌘+Enter), or touch the button: the form opens with the words in it.
// The keys always answer: where nothing that can be corrected is selected, with one sentence.
import { isMac } from "./platform.js";

const article = document.querySelector("[data-article]");
const link = document.querySelector("[data-pick]");
const note = document.querySelector("[data-pick-note]");
const CONTEXT = 64;
const points = (text) => [...text];

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const whole = document.createRange();
  whole.selectNodeContents(article);
  if (range.compareBoundaryPoints(Range.START_TO_END, whole) <= 0 || range.compareBoundaryPoints(Range.END_TO_START, whole) >= 0) return null;
  if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) range.setStart(whole.startContainer, whole.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) range.setEnd(whole.endContainer, whole.endOffset);
  const before = whole.cloneRange();
  before.setEnd(range.startContainer, range.startOffset);
  const after = whole.cloneRange();
  after.setStart(range.endContainer, range.endOffset);
  const exact = range.toString();
  if (!exact.trim()) return null;
  const lead = points(before.toString());
  return {
    exact,
    prefix: lead.slice(-CONTEXT).join(""),
    suffix: points(after.toString()).slice(0, CONTEXT).join(""),
    start: String(lead.length),
    revision: article.dataset.revision,
    box: range.getBoundingClientRect(),
  };
}

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
