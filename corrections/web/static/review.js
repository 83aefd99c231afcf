// One correction: side by side or inline (remembered), the whole article, and the editor's words as they will be.
import { scope } from "./desk.js";

const WAIT = 250; // milliseconds after the last key, before the change is shown
const view = document.querySelector("[data-view]");
const diff = document.querySelector("[data-diff]");
const whole = document.querySelector("[data-whole]");
const article = document.querySelector("[data-article-whole]");

function show(inline) {
  diff.classList.toggle("inline", inline);
  view.firstChild.data = inline ? "Side-by-side view " : "Inline view ";
  localStorage.setItem("corrections:inline", inline ? "1" : "");
}
if (view && diff) {
  view.hidden = false;
  view.addEventListener("click", () => show(!diff.classList.contains("inline")));
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
let waiting;
async function preview() {
  const form = words.form;
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, text: words.value });
  if (form.elements.as_markdown.checked) body.set("as_markdown", "on");
  const answer = await fetch(words.dataset.preview, { method: "POST", body }).catch(() => null);
  if (answer) edited.innerHTML = await answer.text();
}
if (words) {
  for (const each of [words, words.form.elements.as_markdown]) {
    each.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(preview, WAIT);
    });
  }
}
if (location.hash === "#edit" && words) {
  words.closest("details").open = true;
  words.focus();
}
if (location.hash === "#of") document.querySelector("#of")?.focus();

// A notice's draft by its kind, until the editor writes another.
const notice = document.querySelector("[data-notice-text]");
let draft = "";
for (const kind of document.querySelectorAll("input[data-draft]")) {
  kind.addEventListener("change", () => {
    if (notice.value && notice.value !== draft) return;
    notice.value = draft = kind.dataset.draft;
  });
}

for (const each of document.querySelectorAll("[data-take]")) {
  each.addEventListener("click", () => {
    const text = document.querySelector("#markdown");
    text.value = each.dataset.take;
    text.focus();
  });
}
