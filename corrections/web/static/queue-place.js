// The place in the queue: the search, the selected row and the scroll position, kept while this tab is open.

const KEY = `queue-place ${location.pathname}`;

let redirected = false; // to the search that was open before: what is kept stays as it is

export function keepPlace(place) {
  addEventListener("pagehide", () => {
    if (!redirected) write({ search: location.search, y: scrollY, ...place() });
  });
}

/**
 * The address of the row to select after coming back from a correction, or after a reload: the one selected before, or
 * the nearest one that is still here. Null on any other visit.
 */
export function placeKept(addresses) {
  const kept = read();
  if (!kept || !(returned() || kept.returning)) return null;
  if (fromReview() && kept.search !== location.search && isPlain(location.search) && !isPlain(kept.search)) {
    redirected = true;
    write({ ...kept, returning: true });
    location.replace(location.pathname + kept.search);
    return null;
  }
  if (kept.search !== location.search && !(isPlain(kept.search) && isPlain(location.search))) return null;
  if (fromReview() || kept.returning) scrollTo(0, kept.y);
  const later = kept.addresses.slice(Math.max(0, kept.addresses.indexOf(kept.selected)));
  const here = (address) => addresses.includes(address);
  return kept.selected && (later.find(here) ?? kept.addresses.findLast(here) ?? null);
}

const isPlain = (search) => !new URLSearchParams(search).has("q") && !new URLSearchParams(search).has("after");
// The queue of several publications is left for the correction of any of them.
const desk = location.origin + (location.pathname.endsWith("/all") ? "/" : location.pathname);
const fromReview = () => document.referrer.startsWith(desk) && /\/review\/\d+$/.test(new URL(document.referrer).pathname);
const returned = () => fromReview() || ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function write(place) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    /* without storage, the queue begins at its top */
  }
}
