// What the reader has selected, if anything, and whether it can be corrected.

import { articles, headlines } from "./page.js";
import { readings } from "./text.js";

export const QUOTE_LIMIT = 2000; // code points that the service takes

const FIELDS = "input,textarea,select,[role=textbox]";

/**
 * The selection as `{element, range, selectors}`, the first selector as it is shown; or `{problem, values}` with the
 * message to tell instead: nothing is selected, nothing of the article, or too much.
 */
export function selected(named) {
  const range = currentRange();
  if (!range) return { problem: "select" };
  for (const element of [...articles(named), ...headlines(named)]) {
    const selectors = reaches(range, element) ? readings(range, element) : [];
    if (!selectors.length) continue;
    const count = [...selectors[0].exact.normalize("NFC")].length;
    if (count > QUOTE_LIMIT) return { problem: "tooLong", values: { count, limit: QUOTE_LIMIT }, element, range };
    return { element, range, selectors };
  }
  return { problem: "outside" };
}

/** Is the reader writing in a field of the page, where keys are its own? */
export function isWriting(event) {
  const target = event.composedPath()[0];
  return Boolean(target.isContentEditable || target.closest?.(FIELDS) || document.designMode === "on");
}

/** All that is selected, as one range: several (cells of a table, in Firefox) are taken from the first to the last. */
function currentRange() {
  const selection = getSelection();
  const ranges = Array.from({ length: selection?.rangeCount ?? 0 }, (_, at) => selection.getRangeAt(at)).filter((range) => !range.collapsed);
  if (!ranges.length) return rangeInShadow(selection);
  const whole = ranges[0].cloneRange();
  for (const range of ranges.slice(1)) {
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) < 0) whole.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) > 0) whole.setEnd(range.endContainer, range.endOffset);
  }
  return whole;
}

/** A selection inside a component's shadow tree, which the document itself does not tell. */
function rangeInShadow(selection) {
  const shadowRoots = articles().flatMap(shadows);
  if (!shadowRoots.length || !selection?.getComposedRanges) return null;
  const composed = selection.getComposedRanges({ shadowRoots })[0];
  if (!composed || composed.collapsed || composed.startContainer.getRootNode() !== composed.endContainer.getRootNode()) return null;
  const range = document.createRange();
  range.setStart(composed.startContainer, composed.startOffset);
  range.setEnd(composed.endContainer, composed.endOffset);
  return range;
}

const shadows = (root) =>
  [root, ...root.querySelectorAll("*")].flatMap((element) => (element.shadowRoot ? [element.shadowRoot, ...shadows(element.shadowRoot)] : []));

function reaches(range, element) {
  return range.startContainer.getRootNode() !== element.getRootNode() || range.intersectsNode(element);
}
