// What the page says about its article: where it is, whose address it has, which revision it shows.

import { BOXES } from "./furniture.js";
import { holds } from "./text.js";

const SAID = "[data-corrections-article]";
const BODIES = [ // what holds an article's text and nothing else, in stock themes; the surest first
  "[itemprop~=articleBody],[property~=articleBody],[property$=':articleBody']",
  ".entry-content,.wp-block-post-content",
  ".gh-content,.post-full-content,.td-post-content,.field--name-body,.e-content,.h5p-article,.single-post-content",
  ".post-content,.post__content,.post-body,.article-content,.article__content,.article-body,.article__body,.story-body,.story-content",
];
const WHOLES = [ // what holds more than the text; its furniture is passed over
  "[itemtype$='NewsArticle'],[itemtype$='/Article'],[itemtype$='BlogPosting'],[itemtype$='ReportageNewsArticle']",
  "main article,[role=main] article",
  "article",
  "main,[role=main]",
];
const STANDFIRSTS = // an introduction between headline and text
  "[itemprop~=alternativeHeadline],[itemprop~=description],.wp-block-post-excerpt,.gh-article-excerpt,.standfirst,.article-standfirst,.article__standfirst,.dek,.article-dek";
const HEADLINES = "[itemprop~=headline],.entry-title,.wp-block-post-title,.post-title,article h1,main h1,[role=main] h1";

/** The elements that hold the article's text, by the CSS selector of the site's owner where there is one. */
export function articles(selector) {
  const said = [selector, SAID].map((selectors) => selectors && all(selectors)).find((elements) => elements?.length);
  if (said) return said;
  const bodies = [];
  for (const element of BODIES.flatMap(all)) {
    const related = (other) => other.contains(element) || element.contains(other);
    if (isArticle(element) && !bodies.some(related)) bodies.push(element);
  }
  if (bodies.length) return bodies;
  return WHOLES.map((kind) => all(kind).filter(isArticle)).find((elements) => elements.length) ?? [];
}

/** The article's headline and standfirst, where they are outside of its text. */
export function headlines(selector) {
  if (selector || document.querySelector(SAID)) return [];
  const texts = articles();
  const found = [...all(HEADLINES).filter((element) => /^H1$/.test(element.tagName)), ...all(STANDFIRSTS)];
  return found.filter((element) => isArticle(element) && !texts.some((text) => text.contains(element) || element.contains(text)));
}

/** The article that `node` is in, else the one with the most text; null where the page has none. */
export function article(selector, node) {
  const elements = articles(selector);
  const size = (element) => element.textContent.length;
  return elements.find((element) => node && holds(element, node)) ?? elements.sort((one, other) => size(other) - size(one))[0] ?? null;
}

function all(selector) {
  try {
    return [...document.querySelectorAll(selector)];
  } catch {
    console.error(`Corrections: data-article="${selector}" is not a CSS selector.`);
    return [];
  }
}

/** Not a card, a comment or an empty shell. */
function isArticle(element) {
  const box = element.closest(BOXES);
  return (!box || box === document.body) && Boolean(element.textContent.trim() || element.querySelector("*"));
}

export function address() {
  const named = document.querySelector("link[rel=canonical]")?.href || document.querySelector("meta[property='og:url']")?.content;
  return (named || location.href).split("#")[0];
}

export function revision() {
  return (
    document.querySelector("[data-corrections-revision]")?.dataset.correctionsRevision ||
    document.querySelector("meta[name=corrections-revision]")?.content ||
    undefined
  );
}
