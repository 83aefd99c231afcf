// Highlight words and press Ctrl+Enter (⌘+Enter), touch the button beside them, or follow the link at the article's foot.

import { check, soon } from "./check.js";
import { open, ways } from "./dialog.js";
import { load } from "./draft.js";
import { language as spoken, message, speak } from "./messages.js";
import * as note from "./note.js";
import { fetchNotices, showNotices } from "./notices.js";
import { address, article, articles, revision } from "./page.js";
import { isWriting, selected } from "./selection.js";
import style from "./style.css";
import { sentence } from "./text.js";

const script = document.currentScript;
const [, base, publication] = script.src.match(/^(.*\/)([^/]+)\/widget\.js/);
const service = `${base}api/v1/${publication}/`;
const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);

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

let asking = false;

/** The dialog, if this page can send; else where the reader may turn. */
async function suggest(selection) {
  if (asking) return;
  const source = script.dataset.id || address();
  const draft = load(source);
  if (selection) {
    const [selector, ...others] = selection.selectors;
    if (draft.selector?.exact !== selector.exact) delete draft.fields.replacement;
    Object.assign(draft, { selector, others, sentence: sentence(selection.range, selection.element) }); // the same words may be meant at another place this time
  }
  draft.selector ??= { exact: "" };
  const element = selection?.element ?? article(script.dataset.article);
  const language = element?.closest("[lang]")?.lang || "";
  settle(element);
  near.hidden = true;
  note.hide();
  const answered = check(service, source);
  asking = true;
  const early = await soon(answered);
  asking = false;
  if (early?.hindrance) {
    noted = position();
    note.show(root(), message("notHere"), ...ways(early, service, draft, source));
    return;
  }
  const hinder = open(root(), draft, { service, source, revision: revision(), language });
  if (!early) answered.then((late) => late.hindrance && hinder(late));
}

let noted = [];

function position() {
  const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
  return [anchorNode, anchorOffset, focusNode, focusOffset];
}

/** The keys that open the dialog, as they are called on this machine and in this language. */
const keys = () => `${isMac ? "⌘" : message("ctrl")} + ${message("enter")}`;

/** The dialog for what is selected, or one sentence on why there is none. */
function answer(selection) {
  if (!selection.problem) return suggest(selection);
  settle(selection.element ?? article(script.dataset.article));
  if (!articles(script.dataset.article).length) console.error("Corrections: no article on this page. Mark it with data-corrections-article.");
  const values = Object.entries(selection.values ?? {}).map(([name, value]) => [name, value.toLocaleString(spoken())]);
  noted = position();
  return note.show(root(), message(selection.problem, { keys: keys(), ...Object.fromEntries(values) }));
}

/** Our words are in the language that the script tag names, else the article's, else the reader's. */
function settle(element) {
  speak(script.dataset.language, element?.closest("[lang]")?.lang, document.documentElement.lang, ...navigator.languages);
}

const near = document.createElement("button");
near.className = "near";
near.type = "button";
near.hidden = true;
near.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the selection
near.addEventListener("click", () => answer(selected(script.dataset.article)));

const dialog = () => host?.shadowRoot.querySelector("dialog[open]"); // one that was closed is removed a moment later

function offer() {
  const { range, element } = selected(script.dataset.article);
  near.hidden = !range || Boolean(dialog());
  if (near.hidden) return;
  settle(element);
  near.textContent = message("suggest");
  root().append(near);
  beside = range;
  place();
}

let beside;

function place() {
  const box = beside.getBoundingClientRect();
  const below = Math.min(box.bottom + 8, innerHeight - near.offsetHeight - 8);
  near.style.insetBlockStart = `${Math.max(8, below)}px`;
  near.style.left = `${Math.max(8, Math.min(box.left, innerWidth - near.offsetWidth - 8))}px`;
}

function listen() {
  let waiting;
  document.addEventListener("selectionchange", () => {
    if (position().some((part, at) => part !== noted[at])) note.hide(); // this event may come later than the keys
    clearTimeout(waiting);
    waiting = setTimeout(offer, 200);
  });
  addEventListener("scroll", () => near.hidden || place(), { passive: true });
  document.addEventListener("pointerdown", (event) => host?.contains(event.target) || note.hide());
  addEventListener("keydown", press, true); // before any script of the page
}

function press(event) {
  if (event.key === "Escape") note.hide();
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  if (dialog() || (isWriting(event) && event.target !== host)) return; // a dialog that was just closed can still have the focus
  const selection = selected(script.dataset.article);
  if (selection.range) event.preventDefault();
  answer(selection);
}

function links() {
  settle(article(script.dataset.article));
  for (const place of document.querySelectorAll("[data-corrections-link]:empty")) {
    const link = document.createElement("button");
    link.type = "button";
    link.className = "corrections-link";
    link.textContent = message("suggest");
    link.addEventListener("pointerdown", (event) => event.preventDefault());
    link.addEventListener("click", () => {
      const selection = selected(script.dataset.article);
      if (selection.problem === "tooLong") answer(selection);
      else suggest(selection.problem ? null : selection);
    });
    place.append(link);
  }
}

let published;

/** The notices, where the script has `data-notices`; in a `data-corrections-notices` of the page, else around the article. */
async function notices() {
  const { notices: place, article: selector, id } = script.dataset;
  const element = article(selector);
  if (place === undefined || !element) return;
  published = await fetchNotices(service, id || address());
  if (published) showNotices(published, element, place);
}

function relabel() {
  if (published) showNotices(published, article(script.dataset.article), script.dataset.notices);
  for (const button of [near, ...document.querySelectorAll(".corrections-link")]) button.textContent = message("suggest");
}

const ONCE = Symbol.for("corrections"); // a theme and a plugin may both bring the script
if (!document[ONCE]) {
  document[ONCE] = true;
  listen();
  document.addEventListener("corrections:language", relabel);
  const begin = () => {
    links();
    notices();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}
