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

/** Show them at the `place`, "head" or "foot", of the article's `element`, and name them to search engines. */
export function showNotices({ "@context": context, "@type": type, "@id": id, url, inLanguage, correction }, element, place) {
  document.querySelector(".corrections-notices")?.remove();
  const section = document.createElement("section");
  section.className = "corrections-notices";
  section.dataset.correctionsSkip = ""; // no part of the article's text
  const heading = document.createElement("h2");
  Object.assign(heading, { textContent: message("notices"), lang: language(), dir: direction() });
  section.append(heading, ...correction.map((notice) => paragraph(notice, inLanguage)));
  const data = document.createElement("script");
  data.type = "application/ld+json";
  data.textContent = JSON.stringify({ "@context": context, "@type": type, "@id": id, url, correction });
  section.append(data);
  const chosen = document.querySelector(CHOSEN);
  if (chosen) chosen.append(section);
  else if (place === "head") element.before(section);
  else element.after(section);
}

function paragraph({ name, text, datePublished, url }, articleLanguage) {
  const words = Object.assign(document.createElement("p"), { lang: articleLanguage, dir: "auto" });
  const kind = document.createElement("strong");
  const day = Object.assign(document.createElement("time"), { dateTime: datePublished });
  day.textContent = new Date(datePublished).toLocaleDateString(articleLanguage || undefined, { dateStyle: "long" });
  kind.append(`${name}, `, day, ":");
  words.append(kind, ` ${text}`);
  if (url) {
    const link = Object.assign(document.createElement("a"), { href: url, textContent: message("changed"), lang: language() });
    words.append(" ", link);
  }
  return words;
}
