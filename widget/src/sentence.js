// The sentence around a quote, by the rule of the service (corrections/text/comparison/attribution.py): it ends after
// marks that end one and the quotation marks and brackets that close with it, before white space; or with its line.

const MARKS = "[.!?…؟。]+[”’\"»)\\]*_]*";
const BEGUN = new RegExp(`^[^]*(?:${MARKS}[^\\S\\n]+|\\n)(?!\\s)`); // what stands before the sentence that is begun
const ENDED = new RegExp(`${MARKS}$`);
const ENDS = new RegExp(`${MARKS}(?=\\s|$)`);
const LONGEST = 600; // code units shown of a sentence on either side

/** What the sentence of `start` has before it in `text`, and what that of `end` has after it. */
export function around(text, start, end) {
  const left = text.slice(Math.max(0, start - LONGEST), start);
  const begun = left.replace(BEGUN, "");
  const cut = start > LONGEST && begun.length === left.length;
  const line = text.slice(end).split("\n", 1)[0];
  const ended = ENDED.test(text.slice(Math.max(0, end - LONGEST), end)) && !/^\S/.test(line);
  const stop = ENDS.exec(line);
  const right = ended ? "" : stop ? line.slice(0, stop.index + stop[0].length) : line;
  return [cut ? `…${begun.replace(/^\S*\s/, "")}` : begun, right.length > LONGEST ? `${right.slice(0, LONGEST)}…` : right];
}
