// The dialog: the quoted words, edited in place; everything else is optional.

import { after, before, show } from "./change.js";
import { forget, keep, suggested } from "./draft.js";
import { remember, sentBefore } from "./mine.js";
import { direction, language as spoken, message } from "./messages.js";
import { formAddress, send } from "./send.js";
import { fit } from "./viewport.js";

const AROUND = 40; // characters shown on either side of a quote
const CONTEXT = 60; // characters shown on either side of words whose sentence is not known
const MOST_WORDS = 80; // characters of a sent correction's words that are kept
const LONG = 200; // characters that may need more lines than their box shows
const ACTIONS = { change: "change", remove: "remove", point: "pointing" }; // each with its message
const CATEGORIES = ["typo", "grammar", "factual", "clarification", "link", "other"];

/** An element with properties, attributes (`data`, `aria`…) and children; no HTML is ever parsed. */
function el(tag, properties = {}, ...children) {
  const { attributes = {}, ...own } = properties;
  const element = Object.assign(document.createElement(tag), own);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const field = (label, control, hint) => {
  control.id = control.name;
  return [el("label", { htmlFor: control.id }, label), ...(hint ? [el("p", { className: "hint" }, hint)] : []), control];
};

/**
 * Open the dialog for a draft; `root` is the shadow root it lives in. Focus goes back to where it was. Returns what
 * shows the reader a hindrance that is discovered later.
 */
export function open(root, draft, { service, source, revision, language }) {
  root.querySelector("dialog")?.close();
  const { selector, fields } = draft;
  const quoted = Boolean(selector.exact);
  const status = el("p", { className: "status", attributes: { role: "status" } });
  const change = el("p", { className: "change", lang: language, dir: "auto", tabIndex: scrolls(selector.exact) });
  const exact = el("textarea", { name: "exact", className: "article", rows: 2, lang: language, dir: "auto", value: selector.exact, required: true });
  const replacement = el("textarea", {
    name: "replacement", className: "article", rows: 3, lang: language, dir: "auto", value: fields.replacement ?? selector.exact,
  });
  const chosen = fields.action ?? "change";
  const rewriting = el("div", {}, ...field(message("should"), replacement));
  const comment = el("textarea", { name: "comment", rows: 2, dir: "auto", value: fields.comment ?? "" });
  const reason = field(message("why"), comment);
  const needed = el("div");
  const optional = el("div");
  const summary = el("summary");
  const concerned = el("input", { type: "checkbox", name: "concerned", checked: Boolean(fields.concerned) });
  const alike = el("p", { className: "hint", hidden: true });
  const places = el("fieldset", { className: "places", hidden: true });
  const submit = el("button", { className: "primary", type: "submit" }, message("send"));
  const close = () => dialog.close();
  const form = el(
    "form",
    { method: "dialog", noValidate: true },
    el(
      "div",
      { className: "head" },
      el("h2", { id: "title" }, message("suggest")),
      el("button", { type: "button", className: "x", onclick: close, attributes: { "aria-label": message("close") } }, "✕"),
    ),
    ...(quoted
      ? [el("p", { className: "quote", lang: language, dir: "auto", tabIndex: scrolls(selector.exact) }, ...inContext(selector))]
      : field(message("words"), exact, message("paste"))),
    alike,
    places,
    chips("what", "action", Object.entries(ACTIONS), chosen),
    rewriting,
    change,
    needed,
    chips("kind", "category", CATEGORIES.map((name) => [name, name]), fields.category || "other"),
    el(
      "details",
      { open: Boolean(fields.comment || fields.evidence || fields.email || fields.concerned) },
      summary,
      optional,
      ...field(message("evidence"), el("input", { type: "url", name: "evidence", dir: "ltr", placeholder: "https://", value: fields.evidence ?? "" })),
      ...field(message("email"), el("input", { type: "email", name: "email", dir: "ltr", autocomplete: "email", value: fields.email ?? "" }), message("emailUse")),
      el("label", { className: "tick" }, concerned, message("concerned")),
    ),
    ...mine(service),
    status,
    el("div", { className: "actions" }, submit, el("button", { type: "button", onclick: close }, message("close"))),
  );
  const dialog = el("dialog", { lang: spoken(), dir: direction(), attributes: { "aria-labelledby": "title" } }, form);

  const read = () => {
    const { elements } = form;
    draft.fields = { ...Object.fromEntries(new FormData(form)), concerned: concerned.checked };
    if (!quoted && exact.value !== draft.selector.exact) Object.assign(draft, { selector: { exact: exact.value }, others: [], sentence: undefined });
    const pointing = elements.action.value === "point";
    rewriting.hidden = elements.action.value !== "change";
    comment.required = pointing;
    reason[0].textContent = message(pointing ? "wrong" : "why");
    summary.textContent = message(pointing ? "less" : "more");
    const place = pointing ? needed : optional;
    if (comment.parentNode !== place) place.append(...reason);
    preview(change, draft);
    keep(source, draft);
  };
  const tell = (text, problem = false, ...more) => {
    status.className = problem ? "status problem" : "status";
    status.replaceChildren(text, ...more.flatMap((link) => [" ", link]));
    if (problem) status.scrollIntoView({ block: "nearest" });
  };
  const hinder = (wrong) => tell(message(wrong.hindrance, { site: location.origin }), true, ...ways(wrong, service, draft, source));
  const deliver = async () => {
    read();
    const words = suggested(draft);
    if (words === undefined ? !comment.value.trim() : words === draft.selector.exact) {
      tell(message(words === undefined ? "describe" : "unchanged"), true);
      return (words === undefined ? comment : replacement).focus({ preventScroll: true });
    }
    if (submit.disabled) return undefined;
    submit.disabled = true;
    tell(message("sending"));
    const { sent, refused, ...wrong } = await send(service, draft, source, revision, spoken(), () => tell(message("computing")));
    submit.disabled = false;
    if (wrong.hindrance) {
      hinder(wrong);
      if (wrong.hindrance === "offline") addEventListener("online", () => dialog.open && deliver(), { once: true });
    } else if (refused) {
      tell(refused.message ?? message("failed"), true, ...(refused.link ? [link(refused.link, message("changed"))] : []));
      choose(places, refused.candidates, draft, read);
    } else {
      forget(source);
      remember(service, { number: sent.number, address: sent.status_url, words: draft.selector.exact.slice(0, MOST_WORDS) });
      receipt(dialog, form, sent);
    }
    return undefined;
  };
  form.addEventListener("input", read);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    deliver();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && dialog.open) {
      event.preventDefault();
      event.stopPropagation();
      deliver();
    }
  });
  const back = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    back?.focus?.({ preventScroll: true });
  });
  root.append(dialog);
  dialog.showModal();
  fit(dialog);
  read();
  const first = !quoted ? exact : rewriting.hidden ? form.querySelector("[name=action]:checked") : replacement;
  first.focus();
  first.setSelectionRange?.(0, 0);
  first.scrollTop = 0;
  if (quoted) tellAlike(alike, service, source, selector);
  return hinder;
}

/** How many readers have suggested a change to these words already. */
async function tellAlike(place, service, source, { exact, prefix = "", suffix = "" }) {
  const query = new URLSearchParams({ source, exact, prefix: prefix.slice(-CONTEXT), suffix: suffix.slice(0, CONTEXT) });
  const answer = await fetch(`${service}page?${query}`, { mode: "cors", credentials: "omit" }).catch(() => null);
  const { readers = 0 } = answer?.ok ? await answer.json().catch(() => ({})) : {};
  if (!readers || place.hidden === false) return;
  place.textContent = message("alike", { readers: readers.toLocaleString(spoken()) });
  place.hidden = false;
}

/** The corrections sent from this device, each with a link to what became of it; nothing where there is none. */
function mine(service) {
  const sent = sentBefore(service);
  if (!sent.length) return [];
  const item = ({ number, address, words }) => el("li", {}, link(address, `${number}`), " ", el("span", { dir: "auto" }, words));
  return [el("details", {}, el("summary", {}, message("mine", { count: sent.length.toLocaleString(spoken()) })), el("ul", {}, ...sent.map(item)))];
}

/** The change in its sentence; of words whose sentence is not known, between the words before and after them. */
function preview(place, draft) {
  const { exact, prefix = "", suffix = "" } = draft.selector;
  const fresh = suggested(draft) ?? exact;
  const [lead, rest] = (draft.sentence ?? [before(flat(prefix), CONTEXT), after(flat(suffix), CONTEXT)]).map(flat);
  if (fresh === exact) show(place, exact, exact);
  else show(place, lead + exact + rest, lead + fresh + (fresh || !lead.endsWith(" ") ? rest : rest.trimStart()), Infinity);
}

/** Where else the reader may turn when this page cannot send: our own form, or the newsroom. */
export function ways({ hindrance, elsewhere, writeTo }, service, draft, source) {
  if (elsewhere) return [link(formAddress(service, draft, source), message("elsewhere"))];
  if (hindrance === "offline" || hindrance === "failed") return [];
  return [writeTo ? link(`mailto:${writeTo}`, message("write")) : message("contact")];
}

const link = (href, text) => el("a", { href, target: "_blank", rel: "noopener" }, text);

/** Long words scroll in a box of their own, which a keyboard has to reach. */
const scrolls = (text) => (text.length > LONG ? 0 : -1);

/** A quote with the words around it. */
const inContext = ({ exact, prefix = "", suffix = "" }) => [before(flat(prefix), AROUND), el("mark", {}, exact), after(flat(suffix), AROUND)];

const flat = (text) => text.replace(/\s+/g, " ");

/** Radio buttons: pairs of a value and its message, under the message `title`. */
function chips(title, name, choices, chosen) {
  const chip = ([value, words]) => el("label", {}, el("input", { type: "radio", name, value, checked: value === chosen }), el("span", {}, message(words)));
  return el("fieldset", {}, el("legend", {}, message(title)), el("div", { className: "chips" }, ...choices.map(chip)));
}

/** Of words that stand in several places: let the reader say which. */
function choose(places, candidates, draft, read) {
  places.hidden = !candidates.length;
  if (!candidates.length) return;
  const option = (place) => {
    const pick = () => {
      Object.assign(draft, { selector: place, others: [], sentence: undefined });
      read();
    };
    const input = el("input", { type: "radio", name: "place", onchange: pick });
    return el("label", { className: "place" }, input, el("span", {}, ...inContext(place)));
  };
  places.replaceChildren(el("legend", {}, message("which")), ...candidates.map(option));
  places.querySelector("input").focus();
}

function receipt(dialog, form, sent) {
  const done = el("button", { type: "button", className: "primary", onclick: () => dialog.close() }, message("close"));
  form.replaceChildren(
    el("div", { className: "head", attributes: { role: "status" } }, el("h2", { id: "title" }, message("thanks", { number: sent.number }))),
    ...(sent.readers > 1 ? [el("p", {}, message("same", { readers: sent.readers }))] : []),
    ...(sent.reply_by ? [el("p", {}, message("answer", { day: new Date(sent.reply_by).toLocaleDateString(spoken(), { dateStyle: "long", timeZone: "UTC" }) }))] : []),
    el("p", {}, link(sent.status_url, message("follow"))),
    el("div", { className: "actions" }, done),
  );
  done.focus();
}
