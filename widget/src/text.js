// The text of an article as its reader sees it, and selections in it as W3C selectors. Offsets are code points.

const CONTEXT = 64;
const SKIPPED =
  "script,style,template,noscript,iframe,object,svg,canvas,button,input,select,textarea,nav,aside,figcaption,form," +
  "dialog,[hidden],[aria-hidden=true],[data-corrections-skip],.ad,.ads,.advertisement,ins.adsbygoogle";
const INLINE = /^(inline|contents|ruby)/;

const points = (text) => [...text];

/** Visible text nodes of `root` in order, and null for each border of a block. */
function* pieces(root) {
  for (const node of root.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) yield node;
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(SKIPPED)) continue;
    const { display, visibility } = getComputedStyle(node);
    if (display === "none" || visibility === "hidden") continue;
    const block = node.tagName === "BR" || !INLINE.test(display);
    if (block) yield null;
    yield* pieces(node);
    if (block) yield null;
  }
}

/** Which characters of the text node `node` lie in `range`. */
function within(range, node) {
  const length = node.data.length;
  const from = node === range.startContainer ? range.startOffset : range.comparePoint(node, 0) < 0 ? length : 0;
  const to = node === range.endContainer ? range.endOffset : range.comparePoint(node, length) > 0 ? 0 : length;
  return [from, to];
}

/** The part of `range` that lies in `root`: `{exact, prefix, suffix, start, end}`; null where it holds no words. */
export function describe(range, root) {
  let whole = "";
  let start = -1;
  let end = -1;
  for (const node of pieces(root)) {
    if (!node) {
      if (whole && !whole.endsWith("\n")) whole += "\n";
      continue;
    }
    const [from, to] = within(range, node);
    if (from < to) {
      if (start < 0) start = whole.length + from;
      end = whole.length + to;
    }
    whole += node.data;
  }
  const exact = whole.slice(start, end);
  if (start < 0 || !exact.trim()) return null;
  const before = points(whole.slice(0, start));
  return {
    exact,
    prefix: before.slice(-CONTEXT).join(""),
    suffix: points(whole.slice(end)).slice(0, CONTEXT).join(""),
    start: before.length,
    end: before.length + points(exact).length,
  };
}
