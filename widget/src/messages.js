// What the reader reads. English stands here; each other language is a script that brings the sentences in this order.

import languages from "./languages.json";

const en = {
  suggest: "Suggest a correction",
  words: "Text in the article",
  paste: "Paste the text here exactly as it appears in the article.",
  should: "Suggested text",
  what: "What do you suggest?",
  change: "Change the text",
  remove: "Remove this text",
  wrong: "What is wrong?",
  describe: "Describe the error, so that an editor can correct it.",
  unchanged: "Change the text, or choose another option above.",
  pointing: "Only report the error",
  kind: "Type of error",
  typo: "Typo",
  grammar: "Grammar",
  factual: "Factual error",
  clarification: "Unclear wording",
  link: "Link error",
  other: "Other",
  more: "Reason, link, e-mail (optional)",
  less: "Link, e-mail (optional)",
  why: "Reason",
  evidence: "Link to a source",
  email: "Your e-mail address",
  emailUse: "Only editors can see it. We use it to tell you the decision.",
  concerned: "I am the person concerned or represent them.",
  answer: "You will get a reply by {day}.",
  computing: "One moment: your device is running a short check that keeps automated submissions out.",
  send: "Send",
  sending: "Sending…",
  close: "Close",
  which: "Which passage do you mean?",
  offline: "You are offline. Your text is saved on this device and will be sent when you are back online.",
  failed: "Your correction could not be sent. Your text is saved; please try again.",
  thanks: "Thank you. Your correction is number {number}.",
  same: "Readers who reported this: {readers}.",
  alike: "Readers who have already suggested a change to this text: {readers}. You can still send your own.",
  mine: "Your corrections on this device ({count})",
  changed: "View the change",
  follow: "Follow your correction",
  ctrl: "Ctrl",
  enter: "Enter",
  select: "Select the text you want to correct, then press {keys}.",
  outside: "You can only correct the text of the article. Select some of it, then press {keys}.",
  tooLong: "You selected {count} characters; the limit is {limit}. Please select less text.",
  blocked: "This page cannot send corrections at the moment. Your text is saved on this device.",
  site: "Corrections cannot be sent from {site} yet. Your text is saved on this device.",
  elsewhere: "Send it from our corrections page",
  notHere: "Corrections cannot be sent from this page.",
  write: "Write to the newsroom",
  contact: "Please contact the newsroom instead.",
  notices: "Corrections to this article",
};
const keys = Object.keys(en);
const script = document.currentScript;
const catalogue = (code) => document[Symbol.for(`corrections:${code}`)];
const asked = new Set();

let chosen = "en";

/** Speak the first of the languages named (BCP 47 tags) that we know: at once, or when its script is here. */
export function speak(...tags) {
  const codes = tags.map((tag) => (tag ?? "").toLowerCase().split("-")[0]);
  chosen = codes.find((code) => code === "en" || languages.includes(code)) ?? "en";
  if (chosen !== "en" && !asked.has(chosen)) load(chosen);
}

function load(code) {
  asked.add(code);
  const sentences = document.createElement("script");
  sentences.nonce = script.nonce;
  sentences.async = false;
  sentences.onload = () => document.dispatchEvent(new Event("corrections:language"));
  try {
    sentences.src = `${script.src.split("?")[0]}?language=${code}`;
    document.head.append(sentences);
  } catch {
    /* a policy of trusted types: English it stays */
  }
}

export const language = () => (catalogue(chosen) ? chosen : "en");
export const direction = () => (language() === "ar" ? "rtl" : "ltr");

export function message(key, values = {}) {
  const text = catalogue(chosen)?.[keys.indexOf(key)] ?? en[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
