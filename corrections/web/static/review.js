// One correction: side by side or inline (remembered), the whole article, and the editor's words as they will be.
import { scope } from "./desk.js";

const WAIT = 250; // milliseconds after the last key, before the change is shown
const view = document.querySelector("[data-view]");
const diffs = document.querySelectorAll("[data-diff], [data-source-diff]");
const whole = document.querySelector("[data-whole]");
const article = document.querySelector("[data-article-whole]");

function show(inline) {
  for (const diff of diffs) diff.classList.toggle("inline", inline);
  view.firstChild.data = inline ? "Side-by-side view " : "Inline view ";
  localStorage.setItem("corrections:inline", inline ? "1" : "");
}
if (view && diffs.length) {
  view.hidden = false;
  view.addEventListener("click", () => show(!diffs[0].classList.contains("inline")));
  show(Boolean(localStorage.getItem("corrections:inline")));
  scope.keys.v = () => view.click();
}
if (whole && article) {
  whole.hidden = false;
  whole.addEventListener("click", () => {
    article.open = !article.open;
    if (article.open) (article.querySelector("#place") ?? article).scrollIntoView({ block: "center" });
  });
  scope.keys.w = () => whole.click();
}

const words = document.querySelector("[data-edit]");
const edited = document.querySelector("[data-edited]");
const PREVIEWED = ["csrf_token", "text", "as_markdown", "markdown", "onto", "start", "end", "ending"];
let waiting;
let latest = 0; // an older answer never takes the place of a newer one
async function preview() {
  const number = ++latest;
  const fields = [...new FormData(words.form)].filter(([name]) => PREVIEWED.includes(name));
  const answer = await fetch(words.dataset.preview, { method: "POST", body: new URLSearchParams(fields) }).catch(() => null);
  const html = await answer?.text();
  if (!answer || number !== latest) return;
  edited.innerHTML = html;
  redraw(JSON.parse(edited.querySelector("[data-drafts]")?.dataset.drafts ?? "{}"));
}
if (words) {
  for (const field of [words, words.form.elements.as_markdown]) {
    field?.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(preview, WAIT);
    });
  }
}
if (location.hash === "#edit" && words?.closest("details")) {
  words.closest("details").open = true;
  words.focus();
}
for (const link of document.querySelectorAll("[data-edit-open]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("details.edit").open = true;
    words.focus();
  });
}
if (location.hash === "#of") document.querySelector("#of")?.focus();

// A notice's draft by its kind, until the editor writes another; drawn again whenever the text to publish changes.
const notice = document.querySelector("[data-notice-text]");
const kinds = [...document.querySelectorAll("input[data-draft]")];
let draft = notice && kinds.some((kind) => kind.checked && kind.dataset.draft === notice.value) ? notice.value : "";
function draw() {
  if (notice.value && notice.value !== draft) return;
  notice.value = draft = kinds.find((kind) => kind.checked)?.dataset.draft ?? "";
}
const needed = document.querySelector("[data-needs-notice]");
function showNeeds() {
  if (!needed) return;
  const isChosen = kinds.some((kind) => kind.checked && kind.value !== "none");
  const words = needed.querySelector("span");
  words.textContent = isChosen ? words.dataset.chosen : words.dataset.missing;
  needed.className = isChosen ? "met" : "missing";
  needed.firstChild.data = needed.firstChild.data.replace(/[○✓]/, isChosen ? "✓" : "○");
}
function redraw(drafts) {
  for (const kind of kinds) kind.dataset.draft = drafts[kind.value] ?? "";
  draw();
}
for (const kind of kinds) {
  kind.addEventListener("change", draw);
  kind.addEventListener("change", showNeeds);
}
showNeeds();

for (const button of document.querySelectorAll("[data-take]")) {
  button.addEventListener("click", () => {
    const text = document.querySelector("#markdown");
    text.value = button.dataset.take;
    text.dispatchEvent(new Event("input"));
    text.focus();
  });
}

// The permanent link, to paste elsewhere.
const copy = document.querySelector("[data-copy-link]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-copy]").href);
    document.querySelector("[data-copied]").textContent = "Copied.";
  });
}

// Who else is looking at it now.
const watching = document.querySelector("[data-presence]");
const EVERY = 15000; // milliseconds between two signs of life
async function watch() {
  if (document.hidden) return;
  const answer = await fetch(watching.dataset.presence).catch(() => null);
  if (!answer?.ok) return;
  const { text } = await answer.json();
  if (watching.textContent !== text) watching.textContent = text;
}
if (watching) {
  watch();
  setInterval(watch, EVERY);
}
