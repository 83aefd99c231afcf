// Whether this page can send corrections: asked once, when its reader first wants to correct something.

import { begin, diagnose, explain } from "./connection.js";

const LONGEST_WAIT = 700; // milliseconds; a reader on a slow line may write meanwhile

let asked;

/** `{hindrance, elsewhere, writeTo}` where the page cannot send, `{}` where it can or nobody knows. */
export const check = (service, source) => (asked ??= ask(service, source));

/** The answer if it comes soon, else undefined. */
export const soon = (answer) => Promise.race([answer, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT))]);

async function ask(service, source) {
  begin();
  try {
    const answer = await fetch(`${service}page?${new URLSearchParams({ source })}`, { mode: "cors", credentials: "omit" });
    if (answer.ok) return {};
    const { code, write_to: writeTo } = await answer.json().catch(() => ({}));
    return { ...explain(code, service, source), writeTo };
  } catch {
    const diagnosis = await diagnose(service, source);
    if (diagnosis.hindrance !== "offline" && diagnosis.hindrance !== "failed") return diagnosis;
    asked = undefined; // it may be back next time
    return {};
  }
}
