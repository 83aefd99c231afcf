// One decision on many rows: what is ticked, and what came of it, marked in place.

const OFFLINE = "You are offline. Nothing was decided; please try again.";
const BROKEN = "Something went wrong. Reload the page to see the current state.";

/** `page` says what happened, marks rows with a problem or as decided, and is told when all are marked. */
export function setUpBulk(form, list, page) {
  const ticks = () => [...list.querySelectorAll("input[name=pick]:enabled")];
  const rowOf = (key) => list.querySelector(`input[name=pick][value^="${key}:"]`)?.closest("[data-row]");

  form.querySelector("[data-all]")?.addEventListener("change", (event) => {
    for (const tick of ticks()) tick.checked = event.target.checked;
  });

  const clean = form.querySelector("[data-clean]");
  if (clean) clean.hidden = false;
  clean?.addEventListener("click", () => {
    const left = [];
    for (const tick of ticks()) {
      const row = tick.closest("[data-row]");
      const reason = row.dataset.reviewReason;
      tick.checked = !reason;
      page.problem(row, reason ? `Not selected. ${reason}` : "", "note");
      if (reason) left.push(`#${row.dataset.number}`);
    }
    const count = ticks().length - left.length;
    page.say(`${count} selected.${left.length ? ` To be opened first: ${left.join(", ")}.` : ""}`);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!ticks().some((tick) => tick.checked)) return page.say("Select at least one correction first.", "refused");
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body })
      .then((response) => response.json().catch(() => ({ detail: BROKEN })))
      .catch(() => ({ detail: OFFLINE }));
    for (const tick of ticks()) page.problem(tick.closest("[data-row]"), "");
    for (const { key, number, last_event } of answer.decided ?? []) {
      const row = rowOf(key ?? number);
      if (row) page.decided(row, answer.verb, last_event);
    }
    for (const [key, why] of Object.entries(answer.refused ?? {})) {
      const row = rowOf(key);
      if (row) page.problem(row, why);
    }
    page.say([answer.told, answer.detail].filter(Boolean).join(" "), answer.detail ? "refused" : "done");
    page.done();
  });
}
