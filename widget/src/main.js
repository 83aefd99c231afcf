// Highlight words and press Ctrl+Enter (⌘+Enter), touch the button beside them, or follow the link at the article's foot.

import { open } from "./dialog.js";
import { load } from "./draft.js";
import { message, speak } from "./messages.js";
import { address, article, revision } from "./page.js";
import style from "./style.css";
import { describe } from "./text.js";

const script = document.currentScript;
const [, base, publication] = script.src.match(/^(.*\/)([^/]+)\/widget\.js/);
const service = `${base}api/v1/${publication}/`;

let host;

/** The shadow root that keeps the page's styles out and ours in; made when it is first needed. */
function root() {
  if (!host) {
    host = document.createElement("div");
    host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // allowed under a policy that forbids inline styles
    sheet.replaceSync(style);
    host.shadowRoot.adoptedStyleSheets = [sheet];
    document.body.append(host);
  }
  return host.shadowRoot;
}

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const element = article(script.dataset.article, range.commonAncestorContainer) ?? article(script.dataset.article);
  const selector = element && describe(range, element);
  return selector && { selector, element, range };
}

function suggest(found) {
  const source = script.dataset.id || address();
  const draft = load(source);
  if (found) {
    if (draft.selector?.exact !== found.selector.exact) delete draft.fields.replacement;
    draft.selector = found.selector; // the same words may be meant at another place this time
  }
  draft.selector ??= { exact: "" };
  const element = found?.element ?? article(script.dataset.article);
  const language = element?.closest("[lang]")?.lang || "";
  settle(element);
  near.hidden = true;
  open(root(), draft, { service, source, revision: revision(), language });
}

/** Our words are in the language that the script tag names, else the article's, else the reader's. */
function settle(element) {
  speak(script.dataset.language, element?.closest("[lang]")?.lang, ...navigator.languages);
}

const near = document.createElement("button");
near.className = "near";
near.type = "button";
near.hidden = true;
near.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
near.addEventListener("click", () => suggest(selected()));

function place() {
  const found = selected();
  near.hidden = !found || Boolean(host?.shadowRoot.querySelector("dialog"));
  if (near.hidden) return;
  settle(found.element);
  near.textContent = message("suggest");
  root().append(near);
  const box = found.range.getBoundingClientRect();
  const below = Math.min(box.bottom + 8, innerHeight - near.offsetHeight - 8);
  near.style.insetBlockStart = `${Math.max(8, below)}px`;
  near.style.left = `${Math.max(8, Math.min(box.left, innerWidth - near.offsetWidth - 8))}px`;
}

let waiting;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(place, 200);
});
addEventListener("scroll", () => near.hidden || place(), { passive: true });
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.composedPath()[0].closest?.("dialog[open]")) return;
    const found = selected();
    if (!found) return;
    event.preventDefault();
    suggest(found);
  },
  true,
);

function links() {
  settle(article(script.dataset.article));
  for (const place of document.querySelectorAll("[data-corrections-link]:empty")) {
    const link = document.createElement("button");
    link.type = "button";
    link.textContent = message("suggest");
    link.addEventListener("pointerdown", (event) => event.preventDefault());
    link.addEventListener("click", () => suggest(selected()));
    place.append(link);
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", links);
else links();
