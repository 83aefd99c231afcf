// What the reader reads. One entry a sentence; the keys are the same in every language.

const en = {
  suggest: "Suggest a correction",
  words: "The words in the article",
  paste: "Paste the words here, as they stand in the article.",
  should: "What should stand there",
  change: "Your change",
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
  send: "Send",
  sending: "Sending…",
  close: "Close",
  which: "Which of these places do you mean?",
  offline: "No connection. What you typed is kept on this device and will be sent when you are back online.",
  failed: "It could not be sent. What you typed is kept; please try again.",
  thanks: "Thank you. Your correction has number {number}.",
  same: "{readers} readers say the same.",
  follow: "Follow what becomes of it",
};

export const message = (key, values = {}) => en[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
