// What the reader reads. English stands here; each other language is a script that brings the sentences in this order.

import languages from "./languages.json";

const en = {
  suggest: "Suggest a correction",
  words: "The words in the article",
  paste: "Paste the words here, as they stand in the article.",
  should: "What should stand there",
  unchanged: "Change the words above, or tick the box and say what is wrong.",
  pointing: "I only want to point the error out.",
  kind: "What kind of error is it?",
  typo: "typo",
  grammar: "grammar",
  factual: "fact",
  clarification: "unclear",
  link: "link",
  other: "other",
  more: "Reason, link, e-mail (optional)",
  why: "Why?",
  evidence: "A link that shows it",
  email: "Your e-mail",
  emailUse: "Only editors see it; it is used to tell you the decision.",
  concerned: "I am the person concerned, or speak for them.",
  answer: "You get an answer by {day}.",
  computing: "One moment: your device is computing, to keep programs out.",
  send: "Send",
  sending: "Sending…",
  close: "Close",
  which: "Which of these places do you mean?",
  offline: "No connection. What you typed is kept on this device and will be sent when you are back online.",
  failed: "It could not be sent. What you typed is kept; please try again.",
  thanks: "Thank you. Your correction has number {number}.",
  same: "Readers who say the same: {readers}.",
  changed: "What was changed",
  follow: "Follow what becomes of it",
  select: "Select the words in the article that you want to correct, then press {keys}.",
  outside: "Only the text of the article can be corrected here. Select words in it, then press {keys}.",
  tooLong: "You selected {count} characters; at most {limit} can be corrected at once. Please select fewer words.",
  blocked: "This page cannot send corrections at the moment; what you typed is kept on this device.",
  site: "Corrections cannot be sent from pages of {site} yet; what you typed is kept on this device.",
  elsewhere: "Send it from our own page",
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
