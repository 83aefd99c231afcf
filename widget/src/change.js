// The reader's change, word by word: what both texts share at either end stays, the rest is struck and marked.

const AROUND = 120; // characters shown of what stays

const words = (text) =>
  Intl.Segmenter ? [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)].map((each) => each.segment) : text.split(/(\s+)/);

/** Put the change from `old` to `fresh` into `place`, as text nodes, <del> and <ins>. */
export function show(place, old, fresh) {
  const before = words(old);
  const after = words(fresh);
  const shorter = Math.min(before.length, after.length);
  let lead = 0;
  while (lead < shorter && before[lead] === after[lead]) lead += 1;
  let trail = 0;
  while (trail < shorter - lead && before.at(-1 - trail) === after.at(-1 - trail)) trail += 1;
  const middle = (list) => list.slice(lead, list.length - trail).join("");
  const start = before.slice(0, lead).join("");
  const end = before.slice(before.length - trail).join("");
  place.replaceChildren(
    start.length > AROUND ? `…${start.slice(-AROUND)}` : start,
    ...marked("del", middle(before)),
    ...marked("ins", middle(after)),
    end.length > AROUND ? `${end.slice(0, AROUND)}…` : end,
  );
}

function marked(tag, text) {
  if (!text) return [];
  const element = document.createElement(tag);
  element.textContent = text;
  return [element];
}
