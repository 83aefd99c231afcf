// The notices of published corrections on the publisher's own page, where `data-notices` on the script asks for them.

import { direction, language, message } from "./messages.js";

const CHOSEN = "[data-corrections-notices]"; // where the site's owner wants them

/** Ask for the notices of the article at `source`; undefined where there are none. */
export async function fetchNotices(service, source) {
  try {
    const answer = await fetch(`${service}notices?${new URLSearchParams({ source })}`, { mode: "cors", credentials: "omit" });
    const data = answer.ok ? await answer.json() : {};
    return data.correction?.length ? data : undefined;
  } catch {
    return undefined; // the article is readable without them
  }
}

/** Show the notices of `news` (a schema.org NewsArticle) at the `place`, "head" or "foot", of the article's `element`. */
export function showNotices(news, element, place) {
  document.querySelector(".corrections-notices")?.remove();
  const section = make("section", { className: "corrections-notices" });
  section.dataset.correctionsSkip = ""; // no part of the article's text
  section.append(
    make("h2", { textContent: message("notices"), lang: language(), dir: direction() }),
    ...news.correction.map((notice) => paragraph(notice, news.inLanguage)),
    make("script", { type: "application/ld+json", textContent: JSON.stringify(news) }), // for search engines
  );
  const chosen = document.querySelector(CHOSEN);
  if (chosen) chosen.append(section);
  else if (place === "head") element.before(section);
  else element.after(section);
}

function paragraph({ name, text, datePublished: dateTime, url }, lang) {
  const textContent = new Date(dateTime).toLocaleDateString(lang || undefined, { dateStyle: "long" });
  const kind = make("strong");
  kind.append(`${name}, `, make("time", { dateTime, textContent }), ":");
  const words = make("p", { lang, dir: "auto" });
  words.append(kind, ` ${text} `);
  if (url) words.append(make("a", { href: url, textContent: message("changed"), lang: language() }));
  return words;
}

const make = (name, properties) => Object.assign(document.createElement(name), properties);
