// The queue: a line is selected, keys and buttons act on it, it folds away; the list keeps itself up to date.
import { scope, toggle } from "./desk.js";

const LOOK_AGAIN = 5000; // milliseconds between looks for what others did
const PATIENCE = 30_000; // milliseconds until a look is given up
const list = document.querySelector("[data-rows]");
const told = document.querySelector("[data-told]");
const many = document.querySelector("[data-many]");
const token = many.elements.csrf_token.value;
const base = location.pathname;
let selected = null; // the number of the selected line
let done = null; // the last decision: its number and event
let decided = 0; // how many decisions have been answered

const rows = () => [...list.querySelectorAll("[data-row]:not(.gone)")];
const row = () => rows().find((each) => each.dataset.number === selected) ?? null;

function select(next, focus = true) {
  for (const each of rows()) each.classList.toggle("selected", each === next);
  selected = next?.dataset.number ?? null;
  if (focus) next?.querySelector("a").focus();
}

function move(step) {
  const all = rows();
  const at = all.indexOf(row());
  select(all[Math.max(0, Math.min(all.length - 1, at + step))] ?? null);
}

function say(text, undo) {
  told.replaceChildren(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Undo";
    button.addEventListener("click", takeBack);
    told.append(" ", button);
  }
  told.hidden = false;
}

async function post(number, decision, event) {
  const body = new URLSearchParams({ csrf_token: token, decision, based_on: event });
  const answer = await fetch(`${base}${number}`, { method: "POST", headers: { Accept: "application/json" }, body }).catch(() => null);
  if (!answer) return { detail: "You are offline. Nothing was decided; please try again." };
  return answer.json().catch(() => ({ detail: "Something went wrong. Reload the page to see the current state." }));
}

async function act(line, decision) {
  if (!line || line.classList.contains("busy")) return;
  line.classList.add("busy");
  const answer = await post(line.dataset.number, decision, line.dataset.event);
  line.classList.remove("busy");
  const problem = line.querySelector("[data-problem]");
  if (!answer.told) {
    problem.textContent = answer.detail;
    problem.hidden = false;
    return;
  }
  const next = line.nextElementSibling ?? line.previousElementSibling;
  done = answer;
  decided += 1;
  say(answer.told, true);
  line.classList.add("gone");
  if (selected === line.dataset.number || selected === null) select(next?.matches("[data-row]") ? next : null);
  setTimeout(() => line.remove(), 150);
  update(true);
}

async function takeBack() {
  if (!done) return false;
  const answer = await post(done.number, "undo", done.last_event);
  say(answer.told ?? answer.detail);
  if (answer.told) {
    selected = String(done.number);
    done = null;
    decided += 1;
    await update(true);
    select(row());
  }
  return true;
}

let head = `"${list.dataset.head}"`;
let looking = 0; // looks under way and waiting
let looks = Promise.resolve();

/** Is a menu open, a line ticked, a decision under way? The list is not taken from under the hand. */
const inHand = () => rows().some((each) => each.matches(".busy") || each.querySelector(".menu:not([hidden]), input:checked"));

/** Look for what others have sent and decided: by the clock, or `now`, after the look that is under way. */
function update(now = false) {
  if (!now && (looking || document.hidden)) return looks;
  looking += 1;
  looks = looks.then(look).finally(() => (looking -= 1));
  return looks;
}

/** Show it without losing the place. An answer from before the last decision is not shown: the next look tells. */
async function look() {
  if (inHand()) return;
  const before = decided;
  try {
    const answer = await fetch(`${list.dataset.address}${location.search}`, {
      headers: { "If-None-Match": head },
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status !== 200) return;
    const { html, counts } = await answer.json();
    if (inHand() || decided !== before) return;
    head = answer.headers.get("ETag");
    for (const [name, count] of Object.entries(counts)) {
      const place = document.querySelector(`[data-count="${CSS.escape(name)}"]`);
      if (place) place.textContent = count;
    }
    const held = document.activeElement?.closest?.("[data-row]");
    const top = row()?.getBoundingClientRect().top;
    list.innerHTML = html;
    const again = row();
    select(again, Boolean(held));
    if (again && top !== undefined) scrollBy(0, again.getBoundingClientRect().top - top);
  } catch {
    /* the next look tells */
  }
}
setInterval(update, LOOK_AGAIN);
document.addEventListener("visibilitychange", () => update());

list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const line = event.target.closest("[data-row]");
  if (!button || !line) return;
  select(line, false);
  if (button.matches("[data-reject]")) toggle(button.closest("[data-why]"));
  else if (button.dataset.do) act(line, button.dataset.do);
});
list.addEventListener("focusin", (event) => {
  const line = event.target.closest("[data-row]");
  if (line && line.dataset.number !== selected) select(line, false);
});
// Enter on a tick box would press the form's first button, which accepts: it must be meant.
many.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input[type=checkbox]")) event.preventDefault();
});
many.querySelector("[data-all]")?.addEventListener("change", (event) => {
  for (const each of list.querySelectorAll("input[name=pick]")) each.checked = event.target.checked;
});

const click = (what) => () => row()?.querySelector(what)?.click();
const open = (hash) => () => row() && location.assign(`${base}${selected}${hash}`);
scope.root = row;
scope.keys = {
  j: () => move(1),
  k: () => move(-1),
  a: click('[data-do="accept"], [data-do="release"]'),
  s: click('[data-do="spam"]'),
  x: () => {
    const tick = row()?.querySelector("input[name=pick]");
    if (tick) tick.checked = !tick.checked;
  },
  e: open("#edit"),
  d: open("#of"),
};
const server = document.querySelector('.undo [data-key="u"]');
if (!server) scope.keys.u = takeBack;
