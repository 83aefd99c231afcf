// One correction to the service: `{sent}`, `{refused}` with a sentence for the reader, or `{hindrance}`, a message's key;
// `elsewhere` where the service's own form takes what this page could not send.

import { begin, diagnose, explain } from "./connection.js";
import { fresh, keep, suggested } from "./draft.js";
import { solve } from "./proof.js";

const LONGEST_ADDRESS = 3500; // characters that servers and proxies take without fail

export async function send(service, draft, source, revision, language, computing) {
  const { fields } = draft;
  const { selectors, value } = target(draft);
  const annotation = {
    target: { source, selector: selectors },
    body: value === undefined ? undefined : { type: "TextualBody", purpose: "editing", value },
    revision,
    category: fields.category || "other",
    comment: fields.comment || "",
    evidence: fields.evidence || "",
    contact: { email: fields.email || "" },
    concerned: Boolean(fields.concerned),
  };
  const body = JSON.stringify(annotation);
  if (draft.attempt && draft.attempt !== body) draft.key = fresh(); // changed since: another correction
  draft.attempt = body;
  keep(source, draft);
  const headers = { "Content-Type": "application/json", "Idempotency-Key": draft.key, "Accept-Language": language };
  const post = (content) => fetch(`${service}corrections`, { method: "POST", mode: "cors", credentials: "omit", headers, body: content });
  begin();
  try {
    let answer = await post(body);
    let result = await answer.json().catch(() => ({}));
    if (result.challenge) {
      computing();
      answer = await post(JSON.stringify({ ...annotation, proof: await solve(result.challenge) }));
      result = await answer.json().catch(() => ({}));
    }
    if (answer.ok) return { sent: result };
    const wrong = explain(result.code, service, source);
    if (wrong.hindrance) return { ...wrong, writeTo: result.write_to };
    return { refused: { message: result.detail, fields: result.fields ?? {}, candidates: result.candidates ?? [], link: result.correction_url } };
  } catch {
    return diagnose(service, source);
  }
}

/** The selectors of a draft, and the words that should stand there. */
function target(draft) {
  const { selector, others = [] } = draft;
  const value = suggested(draft);
  const { start, end, ...quote } = value === "" ? withSpace(selector) : selector;
  const selectors = [{ type: "TextQuoteSelector", ...quote }];
  if (start !== undefined) selectors.push({ type: "TextPositionSelector", start, end });
  for (const { exact, prefix, suffix } of others) selectors.push({ type: "TextQuoteSelector", exact, prefix, suffix });
  return { selectors, value };
}

/** Who deletes a word deletes a space with it. */
function withSpace(selector) {
  const { exact, prefix = "", suffix = "", end } = selector;
  if (!prefix.endsWith(" ") || !suffix.startsWith(" ")) return selector;
  return { ...selector, exact: `${exact} `, suffix: suffix.slice(1), end: end && end + 1 };
}

/** The service's own form with the draft in it, as far as an address holds it. */
export function formAddress(service, draft, source) {
  const { exact, prefix, suffix } = draft.selector;
  const address = service.replace(/api\/v1\/([^/]+)\/$/, "$1/suggest");
  const replacement = suggested(draft);
  const addresses = [{ exact, prefix, suffix, replacement }, { exact, prefix, suffix }, { exact }, {}].map((fields) => {
    const parameters = Object.entries({ source, ...fields }).filter(([, value]) => value);
    return `${address}?${new URLSearchParams(parameters)}`;
  });
  return addresses.find((candidate) => candidate.length <= LONGEST_ADDRESS) ?? addresses.at(-1);
}
