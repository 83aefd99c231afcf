// What the reader reads. English stands here; the other languages come from the catalogues of the pages, in this order.

import catalogues from "./catalogues.json";

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
};
const keys = Object.keys(en);
const code = (tag) => (tag ?? "").toLowerCase().split("-")[0];

let chosen = "en";

/** Speak the first of the languages named (BCP 47 tags) that we know. */
export function speak(...tags) {
  chosen = tags.map(code).find((each) => each === "en" || catalogues[each]) ?? "en";
}

export const language = () => chosen;
export const direction = () => (chosen === "ar" ? "rtl" : "ltr");

export function message(key, values = {}) {
  const text = catalogues[chosen]?.[keys.indexOf(key)] ?? en[key];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
