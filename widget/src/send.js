// One correction to the service: `{sent}`, or `{refused}` with a sentence for the reader, or `{offline}`.

import { fresh, keep } from "./draft.js";
import { solve } from "./proof.js";

const PROOF_NEEDED = 428;

export async function send(service, draft, source, revision, language, computing) {
  const { selector, fields } = draft;
  const { start, end, ...quote } = selector;
  const selectors = [{ type: "TextQuoteSelector", ...quote }];
  if (start !== undefined) selectors.push({ type: "TextPositionSelector", start, end });
  const annotation = {
    target: { source, selector: selectors },
    body: fields.pointing ? undefined : { type: "TextualBody", purpose: "editing", value: fields.replacement },
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
  try {
    let answer = await post(body);
    let told = await answer.json().catch(() => ({}));
    if (answer.status === PROOF_NEEDED) {
      computing();
      answer = await post(JSON.stringify({ ...annotation, proof: await solve(told.challenge) }));
      told = await answer.json().catch(() => ({}));
    }
    if (answer.ok) return { sent: told };
    return { refused: { message: told.detail, fields: told.fields ?? {}, candidates: told.candidates ?? [], link: told.correction_url } };
  } catch {
    return { offline: true };
  }
}
