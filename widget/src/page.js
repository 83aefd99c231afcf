// What the page says about its article: where it is, whose address it has, which revision it shows.

const ARTICLE = [
  "[data-corrections-article]",
  "[itemprop=articleBody]",
  "[itemtype$='NewsArticle'],[itemtype$='/Article'],[itemtype$='BlogPosting']",
  "article",
  "main,[role=main]",
];

/** The article element: the one named by a CSS selector, else the first kind found that holds `inside` (a node). */
export function article(selector, inside) {
  for (const each of selector ? [selector] : ARTICLE) {
    const found = [...document.querySelectorAll(each)];
    const holding = inside ? found.find((element) => element.contains(inside)) : found[0];
    if (holding) return holding;
  }
  return null;
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
