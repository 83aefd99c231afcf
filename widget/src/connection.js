// Why the service was not reached. The reader is told what to do; the site's owner, in the console, what to change.

const REPORTED_WITHIN = 500; // milliseconds in which a browser tells of a violation

let violation;
let onViolation = () => {};
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.disposition !== "enforce" || event.effectiveDirective !== "connect-src") return;
  violation = event;
  onViolation();
});

const origin = (address) => new URL(address).origin;
const name = (service) => service.split("/").at(-2);
const reports = new Set();

/** Log a message for the owner, once a page. */
function report(text) {
  if (!reports.has(text)) console.error(`Corrections: ${text}`);
  reports.add(text);
}

/** Begin a request: what was reported of an earlier one does not count. */
export const begin = () => {
  violation = undefined;
};

/** Tell the owner of a refusal that concerns the site rather than the reader; what it means for the reader, else `{}`. */
export function explain(code, service, source) {
  const wrong = {
    unknown_publication: `no publication "${name(service)}" at ${origin(service)}. Check the script's address.`,
    unknown_article: `no article has the address ${source}. Import it with --url ${source}, or name its id in data-id.`,
    ambiguous_address: `several articles have the address ${source}. Give each its own, or name the id in data-id.`,
    origin_not_listed: `this site is not listed. Run: corrections origins ${name(service)} --add ${location.origin}`,
  }[code];
  if (!wrong) return {};
  const page = `${service.replace("api/v1/", "")}widget/check?${new URLSearchParams({ url: location.href })}`;
  report(code === "unknown_publication" ? wrong : `${wrong} What to do: ${page}`);
  return code === "origin_not_listed" ? { hindrance: "site", elsewhere: true } : { hindrance: "blocked" };
}

/** After a request that failed without an answer: the key of the reader's message, and whether our own form would do. */
export async function diagnose(service, source) {
  if (navigator.onLine === false) return { hindrance: "offline" };
  const forbidden = await explainPolicy(service);
  if (forbidden || isMixed(service)) {
    if (!forbidden) report(`this page is served over https, so ${origin(service)} has to be, too (mixed content).`);
    return { hindrance: "blocked", elsewhere: true };
  }
  const probe = (mode) => fetch(`${service}corrections`, { method: "POST", mode, credentials: "omit", body: "{}" }).catch(() => null);
  const readable = await probe("cors"); // refused as no correction, but with its reason
  const code = readable && (await readable.json().catch(() => ({}))).code;
  const wrong = explain(code, service, source);
  if (wrong.hindrance) return wrong;
  if (readable) return { hindrance: "offline" }; // so it was lost on its way
  if (!(await probe("no-cors"))) return { hindrance: "failed" };
  report(`${origin(service)} answers, but without Access-Control-Allow-Origin for ${location.origin}. A proxy must not remove it.`);
  return { hindrance: "blocked", elsewhere: true };
}

/** Does the page's own policy keep it from the service? Browsers tell so shortly after the request has failed. */
async function explainPolicy(service) {
  if (!violation) {
    await new Promise((resolve) => {
      onViolation = resolve;
      setTimeout(resolve, REPORTED_WITHIN);
    });
  }
  if (!violation?.blockedURI.startsWith(origin(service))) return false;
  const sources = (directive) => violation.originalPolicy.match(new RegExp(`(?:^|;)\\s*${directive}\\s([^;]*)`, "i"))?.[1];
  const allowed = (sources("connect-src") ?? sources("default-src") ?? "").replace("'none'", "").trim();
  report(`this page's Content-Security-Policy blocks ${origin(service)}. Add it: connect-src ${`${allowed} ${origin(service)}`.trim()}`);
  return true;
}

function isMixed(service) {
  const { protocol, hostname } = new URL(service);
  return location.protocol === "https:" && protocol === "http:" && !/^(localhost|127\.|\[::1\])/.test(hostname);
}
