// The reader's change, word by word: what both texts share at either end stays, the rest is struck and marked.

const AROUND = 120; // characters shown of what stays, where nobody says otherwise

const words = (text) =>
  Intl.Segmenter ? [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)].map((word) => word.segment) : text.split(/(\s+)/);

/** The end of `text`, whole words of at most `length` characters. */
export const before = (text, length) => (text.length > length ? `…${text.slice(-length).replace(/^\S*(?=\s)/, "")}` : text);

/** The beginning of `text`, whole words of at most `length` characters. */
export const after = (text, length) => (text.length > length ? `${text.slice(0, length).replace(/\s+\S*$/, "")}…` : text);

/** Put the change from `old` to `fresh` into `place`, as text nodes, <del> and <ins>; nothing where there is none. */
export function show(place, old, fresh, around = AROUND) {
  if (old === fresh) return place.replaceChildren();
  const from = words(old);
  const to = words(fresh);
  const shorter = Math.min(from.length, to.length);
  let lead = 0;
  while (lead < shorter && from[lead] === to[lead]) lead += 1;
  let trail = 0;
  while (trail < shorter - lead && from.at(-1 - trail) === to.at(-1 - trail)) trail += 1;
  const middle = (list) => list.slice(lead, list.length - trail).join("");
  return place.replaceChildren(
    before(from.slice(0, lead).join(""), around),
    ...marked("del", middle(from)),
    ...marked("ins", middle(to)),
    after(from.slice(from.length - trail).join(""), around),
  );
}

function marked(tag, text) {
  if (!text) return [];
  const element = document.createElement(tag);
  element.textContent = text;
  return [element];
}
