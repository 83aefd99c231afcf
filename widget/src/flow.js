// White space as a browser shows it: runs are one space, borders of blocks line breaks, what is preformatted stays.

const NEVER_SEEN = /[\u00ad\u200b\u2060\ufeff]/; // soft hyphens and the like; the service disregards them
const COLLAPSIBLE = /[ \t\n\r\f]/;
const BLANK = /\s/;

/** One reading of an article, written piece by piece. */
export function createFlow() {
  let text = "";
  let start = -1;
  let end = -1;
  let gap = ""; // white space that is written once something visible follows on the same line
  let borders = 0; // line breaks that borders of blocks ask for
  let breaks = 0; // line breaks that stand in the text
  let cell = false; // a table's cell has ended

  const atLineStart = () => !gap && (!text || borders || breaks || cell);

  function show(word, selected) {
    const lines = borders ? Math.max(borders, Math.min(2, breaks)) : breaks;
    if (text) text += lines ? "\n".repeat(lines) : cell ? "\t" : "";
    text += gap;
    gap = "";
    borders = breaks = 0;
    cell = false;
    if (selected && start < 0) start = text.length;
    text += word;
    if (selected) end = text.length;
  }

  return {
    /** The border of a block, which `lines` line breaks show. */
    border(lines) {
      borders = Math.max(borders, lines);
      gap = "";
    },
    lineBreak() {
      breaks += 1;
      gap = "";
    },
    endCell() {
      cell = true;
      gap = "";
    },
    /** A word, or one character that is no part of one; `white` is the CSS white-space that holds there. */
    write(piece, white, selected) {
      if (NEVER_SEEN.test(piece)) return;
      const kept = /^(pre$|pre-wrap|break-spaces|preserve)/.test(white);
      if (piece === "\n" && (kept || white === "pre-line")) {
        breaks += 1;
        gap = "";
      } else if (COLLAPSIBLE.test(piece) && !kept) {
        if (!atLineStart() && !gap.endsWith(" ")) gap += " ";
      } else if (BLANK.test(piece)) gap += piece;
      else show(piece, selected);
    },
    /** All that was written, and the borders of what is selected of it; both -1 where nothing is. */
    result: () => ({ text, start, end }),
  };
}
