// The text of an article as its reader sees it, and selections in it as W3C selectors. Offsets are code points.

import { BARE, EVERYWHERE, HEADLESS, MARKS_SHOWN, NOWHERE, SHOWN, WHOLE, audience, glyph } from "./furniture.js";
import { createFlow } from "./flow.js";
import { around } from "./sentence.js";

const CONTEXTS = [64, 128, 256, 480]; // code points before and after; more where fewer leave several places
const INLINE = /^(inline|contents|ruby)/;
const PHRASE = /^(a|abbr|b|big|bdi|bdo|cite|code|em|font|i|kbd|mark|q|s|small|span|strong|sub|sup|time|u|var|img)$/i;
const SPACED = /^(p|h[1-6]|blockquote|pre|ul|ol|dl|table|figure|hr)$/i;

const PIECES = /[^\s\u00ad\u200b\u2060\ufeff]+|[^]/g;

const split = (text) => text.match(PIECES) ?? [];
const points = (text) => [...text];

/** The part of `range` that lies in `root`: `{exact, prefix, suffix, start, end}`; null where it holds no words. */
export function describe(range, root) {
  return readings(range, root)[0] ?? null;
}

/** What the sentence of a selection has before it and after it, as it is shown. */
export function sentence(range, root) {
  const flow = createFlow();
  read(range, root, new Map([[SHOWN, flow]]));
  const { text, start, end } = flow.result();
  return around(text, start, end);
}

/**
 * The same selection as selectors of up to four readings of the page, the first as it is shown.
 *
 * Nobody can tell from a page alone whether its source holds the headline, a footnote's mark, an image's alternative
 * text or the reading aid above a character. So the page is read with those that are seen, without the headline,
 * without any, and with all.
 */
export function readings(range, root) {
  const flows = new Map([SHOWN, HEADLESS, BARE, WHOLE].map((reading) => [reading, createFlow()]));
  const raw = read(range, root, flows);
  const keys = new Set();
  return [...flows.values()].flatMap((flow) => {
    const written = flow.result();
    const quote = written.start < 0 ? null : quoted(written);
    const key = JSON.stringify(quote);
    if (!quote || keys.has(key)) return [];
    keys.add(key);
    return [{ ...quote, ...raw }];
  });
}

/** What is selected of a flow, with as much before and after as tells it from other places. */
function quoted({ text, start, end }) {
  const exact = text.slice(start, end);
  let quote;
  for (const length of CONTEXTS) {
    const prefix = points(text.slice(Math.max(0, start - 2 * length), start)).slice(-length).join("");
    const suffix = points(text.slice(end, end + 2 * length)).slice(0, length).join("");
    quote = { exact, prefix, suffix };
    const whole = prefix + exact + suffix;
    if (text.indexOf(whole) === text.lastIndexOf(whole)) break;
  }
  return quote;
}

/** Write what `root` holds into the flows; returns the selection's position, its source's white space counted. */
function read(range, root, flows) {
  const { startContainer, startOffset, endContainer, endOffset } = range;
  const first = startContainer.childNodes[startOffset];
  const last = endContainer.childNodes[endOffset];
  let inside = !holds(root, startContainer) && covers(range, root);
  let length = 0;
  let broken = true;
  const place = { start: -1, end: -1 };

  const eachFlow = (to, act) => flows.forEach((flow, reading) => to & reading && act(flow));

  /** The words and single blanks of a node's text, `inside` being right for each. */
  function* pieces(text, node) {
    let at = 0;
    if (node === startContainer) {
      yield* split(text.slice(0, startOffset));
      inside = true;
      at = startOffset;
    }
    if (node === endContainer) {
      yield* split(text.slice(at, endOffset));
      inside = false;
      at = endOffset;
    }
    yield* split(text.slice(at));
  }

  function write(text, to, white, node) {
    for (const piece of pieces(text, node)) {
      eachFlow(to, (flow) => flow.write(piece, white, inside));
      if (!(to & SHOWN)) continue;
      const count = points(piece).length;
      if (inside && piece.trim()) {
        if (place.start < 0) place.start = length;
        place.end = length + count;
      }
      length += count;
      broken = piece === "\n";
    }
  }

  function border(to, lines, act = (flow) => flow.border(lines)) {
    eachFlow(to, act);
    if (to & SHOWN && length && !broken) length += 1;
    broken = true;
  }

  function visit(node, to, white) {
    if (node === first) inside = true;
    if (node === last || (node === endContainer && !node.hasChildNodes() && !node.data)) inside = false;
    if (node.nodeType === Node.TEXT_NODE) write(node.data, to, white, node);
    else if (node.nodeType === Node.ELEMENT_NODE) enter(node, to);
    else write("", NOWHERE, "", node);
  }

  function enter(element, to) {
    const letter = to && glyph(element);
    if (letter && getComputedStyle(element).display !== "none") {
      write(letter, to & MARKS_SHOWN, "normal", null);
      return descend(element, NOWHERE, "");
    }
    const style = to && getComputedStyle(element);
    const rest = to && audience(element, to, style);
    if (!rest) return descend(element, NOWHERE, "");
    if (element.tagName === "BR") {
      border(rest, 1, (flow) => flow.lineBreak());
      return descend(element, NOWHERE, "");
    }
    const block = !INLINE.test(style.display) && !isRaised(element, style);
    if (!block) return descend(element, rest, style.whiteSpace, style);
    const lines = SPACED.test(element.tagName) ? 2 : 1;
    const cell = style.display === "table-cell";
    border(rest, lines, cell ? () => {} : undefined);
    descend(element, rest, style.whiteSpace, style);
    return border(rest, lines, cell ? (flow) => flow.endCell() : undefined);
  }

  function descend(element, to, white, style) {
    if (!to && !holds(element, startContainer) && !holds(element, endContainer)) return;
    const shown = style && style.visibility === "visible" && parseFloat(style.fontSize) > 0;
    for (const node of children(element)) visit(node, to && node.nodeType === Node.TEXT_NODE && !shown ? NOWHERE : to, white);
    const container = element.shadowRoot ?? element;
    if (container === startContainer && !first) inside = true;
    if (container === endContainer && !last) inside = false;
  }

  const style = getComputedStyle(root);
  descend(root, EVERYWHERE, style.whiteSpace, style);
  return place;
}

/** A letter made a block to float beside its word is part of the word. */
const isRaised = (element, style) =>
  PHRASE.test(element.tagName) && (style.float !== "none" || style.position === "absolute");

const children = (node) => (node.shadowRoot ?? (node.assignedNodes?.().length ? null : node))?.childNodes ?? node.assignedNodes();

/** Is `node` in `root`, or in a shadow tree of it? */
export function holds(root, node) {
  for (let at = node; at; at = at.parentNode ?? at.host) if (at === root) return true;
  return false;
}

function covers(range, root) {
  return range.startContainer.getRootNode() === root.getRootNode() && range.comparePoint(root, 0) === 0;
}
