// One sentence to the reader where there is nothing to open.

import { direction, language, message } from "./messages.js";

let shown;

/** `more`: links that follow the sentence. */
export function show(root, text, ...more) {
  hide();
  shown = Object.assign(document.createElement("div"), { className: "note", lang: language(), dir: direction() });
  const words = document.createElement("p");
  words.setAttribute("role", "status");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", message("close"));
  close.addEventListener("click", hide);
  shown.append(words, close);
  root.append(shown);
  setTimeout(() => {
    words.replaceChildren(text, ...more.flatMap((element) => [" ", element])); // after it has been added: only then is it read out
  });
}

export function hide() {
  shown?.remove();
  shown = undefined;
}
