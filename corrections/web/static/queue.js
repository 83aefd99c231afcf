// The queue: keys and buttons act on the selected row. Nothing under the pointer moves: a decided row keeps its place
// until the pointer is elsewhere, and what others do is shown where it moves nothing, or offered by a button.
import { scope, toggle } from "./desk.js";
import { setUpBulk } from "./queue-bulk.js";
import { acceptWithNotice, rejectInOwnWords } from "./queue-panels.js";
import { keepPlace, placeKept } from "./queue-place.js";
import { freshRows, merge } from "./queue-rows.js";

const POLL_INTERVAL = 5000; // milliseconds
const POLL_TIMEOUT = 30_000; // milliseconds
const REST = 300; // milliseconds for which the pointer has left the list before decided rows fold away
const list = document.querySelector("[data-rows]");
const told = document.querySelector("[data-told]");
const news = document.querySelector("[data-news]");
const many = document.querySelector("[data-many]");
const token = many.elements.csrf_token.value;
const decisions = []; // made here and not undone: the address and event of each
let selected = null; // the address of the selected row’s correction
let decided = 0; // how many decisions have been answered
let pressed = false; // is a pointer down?
let pending = null; // the rows as the server has them, while they cannot all be shown

const rows = () => [...list.querySelectorAll("[data-row]:not(.gone)")];
const find = (address) => list.querySelector(`[data-row="${address}"]`);
const row = () => rows().find((each) => each.dataset.row === selected) ?? null;

function select(next, focus = true, still = false) {
  for (const each of list.querySelectorAll("[data-row]")) each.classList.toggle("selected", each === next);
  selected = next?.dataset.row ?? null;
  if (focus) next?.querySelector(".words").focus({ preventScroll: still });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(row());
  select(all[Math.max(0, Math.min(all.length - 1, at + step))] ?? null);
  fold();
}

function say(text, kind = "") {
  told.textContent = text;
  told.className = kind;
  told.title = text;
}

/** Would a change at this row, or below it, leave what is under the pointer in its place? */
function movesNothing(line) {
  if (pressed) return false;
  if (!list.matches(":hover")) return true;
  const hovered = list.querySelector("[data-row]:hover");
  return Boolean(hovered && line && hovered !== line && hovered.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING);
}

/** Remove decided rows where that moves nothing; `kept` stays, so that the last decision can be seen and undone. */
function fold(kept = null) {
  if (list.querySelector(".menu:not([hidden])")) return;
  if (list.matches(":hover")) list.style.minHeight = `${list.offsetHeight}px`;
  for (const line of [...list.querySelectorAll("[data-row].gone")].reverse()) {
    if (line !== kept && movesNothing(line) && !line.contains(document.activeElement)) line.remove();
  }
  if (!list.querySelector("[data-row]") && !list.matches(":hover")) {
    head = "";
    update(true);
  }
}

/** The pointer rests outside the list: fold decided rows away and show what others did. */
function settle() {
  if (pressed || list.matches(":hover")) return;
  list.style.minHeight = "";
  fold();
  if (pending) show(pending);
}

async function post(address, decision, event, fields = {}) {
  const body = new URLSearchParams({ csrf_token: token, decision, based_on: event, ...fields });
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body }).catch(() => null);
  if (!answer) return { detail: "You are offline. Nothing was decided; please try again." };
  return answer.json().catch(() => ({ detail: "Something went wrong. Reload the page to see the current state." }));
}

/** `kind` is "note" where nothing was refused. */
function problem(line, text, kind = "") {
  const place = line.querySelector("[data-problem]");
  place.classList.toggle("note", kind === "note");
  place.textContent = text;
  place.title = text;
  place.hidden = !text;
}

/** The row is decided: it keeps its place, and says what was decided. */
function retire(line, words, event) {
  for (const why of line.querySelectorAll("[data-why]")) toggle(why, false);
  problem(line, "");
  const outcome = line.querySelector("[data-outcome]");
  outcome.replaceChildren(words);
  if (event) {
    line.dataset.event = event;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "quiet";
    undo.dataset.undo = "";
    undo.innerHTML = "Undo <kbd>u</kbd>";
    outcome.append(". ", undo);
  }
  outcome.hidden = false;
  line.classList.add("gone");
  const tick = line.querySelector("input[name=pick]");
  tick.checked = false;
  tick.disabled = true;
}

function restore(line, event) {
  line.classList.remove("gone");
  line.dataset.event = event;
  line.querySelector("[data-outcome]").hidden = true;
  const tick = line.querySelector("input[name=pick]");
  tick.disabled = false;
  tick.value = `${tick.value.split(":")[0]}:${event}`;
}

async function act(line, decision, fields = {}) {
  if (!line || line.matches(".busy, .gone")) return null;
  line.classList.add("busy");
  const answer = await post(line.dataset.row, decision, line.dataset.event, fields);
  line.classList.remove("busy");
  if (!answer.told) {
    problem(line, answer.detail);
    say(`#${line.dataset.number}: ${answer.detail}`, "refused");
    return answer;
  }
  const all = rows();
  const next = all[all.indexOf(line) + 1] ?? all[all.indexOf(line) - 1] ?? null;
  const mine = selected === line.dataset.row || selected === null;
  decisions.push({ address: line.dataset.row, last_event: answer.last_event });
  decided += 1;
  say(answer.told, "done");
  retire(line, answer.told.split(":")[0], answer.last_event);
  clearTimeout(rest); // a pointer that had moved before is no reason to fold this row away
  if (mine) select(next, true, list.matches(":hover"));
  fold(line);
  update(true);
  return answer;
}

async function takeBack(address = decisions.at(-1)?.address) {
  const at = decisions.findLastIndex((each) => each.address === address);
  if (at < 0) return false;
  const answer = await post(address, "undo", decisions[at].last_event);
  say(answer.told ?? answer.detail, answer.told ? "done" : "refused");
  if (answer.told) {
    decisions.splice(at, 1);
    decided += 1;
    selected = address;
    const line = find(address);
    if (line) restore(line, answer.last_event);
    await update(true);
    select(row());
  }
  return true;
}

let head = `"${list.dataset.head}"`;
let looking = 0; // polls under way and waiting
let looks = Promise.resolve();

/** Is a menu open, a decision under way, a pointer down? Rows are not changed under the hand. */
const inHand = () => pressed || document.querySelector("dialog[open]") !== null || list.querySelector(".busy, .menu:not([hidden])") !== null;

/** Ask what others have sent and decided: by the clock, or `now`, after the poll that is under way. */
function update(now = false) {
  if (!now && (looking || document.hidden)) return looks;
  looking += 1;
  looks = looks.then(look).finally(() => (looking -= 1));
  return looks;
}

/** An answer from before the last decision is not shown: the next poll brings a newer one. */
async function look() {
  if (inHand()) return;
  const before = decided;
  try {
    const answer = await fetch(`${list.dataset.address}${location.search}`, {
      headers: { "If-None-Match": head },
      cache: "no-store",
      signal: AbortSignal.timeout(POLL_TIMEOUT),
    });
    if (answer.status !== 200) return;
    const { html, counts } = await answer.json();
    if (inHand() || decided !== before) return;
    head = answer.headers.get("ETag");
    for (const [name, count] of Object.entries(counts)) {
      const place = document.querySelector(`[data-count="${CSS.escape(name)}"]`);
      if (place) place.textContent = count;
    }
    show(html);
  } catch {
    /* the next poll tries again */
  }
}

/** Show the server's rows where that moves nothing under the pointer, or everywhere if `all`; offer the rest. */
function show(html, all = false) {
  const focused = document.activeElement?.closest?.("[data-row]");
  const top = row()?.getBoundingClientRect().top;
  const left = merge(list, freshRows(html), {
    may: (line) => all || movesNothing(line),
    vanish: (line) => retire(line, "Changed by someone else; no longer in this list"),
  });
  pending = left ? html : null;
  news.hidden = !left;
  news.textContent = left === 1 ? "1 new" : `${left} new`;
  const again = row();
  select(again, Boolean(focused && again && !again.contains(document.activeElement)));
  if (again && top !== undefined && !list.matches(":hover")) scrollBy(0, again.getBoundingClientRect().top - top);
}
news.addEventListener("click", () => pending && show(pending, true));
setInterval(update, POLL_INTERVAL);
document.addEventListener("visibilitychange", () => update());

let rest = 0;
function wait() {
  clearTimeout(rest);
  rest = setTimeout(settle, REST);
}
document.addEventListener("pointerdown", () => (pressed = true), true);
for (const end of ["pointerup", "pointercancel", "dragend"]) {
  document.addEventListener(end, () => ((pressed = false), wait()), true);
}
document.addEventListener("pointermove", wait, { passive: true });
document.documentElement.addEventListener("pointerleave", wait);

async function openPanel(line, what) {
  select(line, false);
  const decide = (decision, fields) => act(line, decision, fields);
  const closed = () => select(row(), true, true);
  for (const why of line.querySelectorAll("[data-why]")) toggle(why, false);
  if (what === "reject") return rejectInOwnWords(line, decide, closed);
  const trouble = await acceptWithNotice(line, `${line.dataset.row}/notice`, decide, closed);
  if (trouble) {
    problem(line, trouble);
    say(trouble, "refused");
  }
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const line = event.target.closest("[data-row]");
  if (!button || !line) return;
  if (button.matches("[data-undo]")) return void takeBack(line.dataset.row);
  select(line, false);
  if (button.matches("[data-reject]")) {
    toggle(button.closest("[data-why]"));
    const menu = button.nextElementSibling;
    menu.classList.remove("up");
    menu.classList.toggle("up", menu.getBoundingClientRect().bottom > document.querySelector(".dock").getBoundingClientRect().top);
  } else if (button.dataset.panel) openPanel(line, button.dataset.panel);
  else if (button.dataset.do) act(line, button.dataset.do);
});
list.addEventListener("focusin", (event) => {
  const line = event.target.closest("[data-row]:not(.gone)");
  if (line && line.dataset.row !== selected) select(line, false);
});
// Enter on a tick box would press the form's first button, which accepts: it must be meant.
many.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input[type=checkbox]")) event.preventDefault();
});
setUpBulk(many, list, {
  say,
  problem,
  decided(line, verb, event) {
    decisions.push({ address: line.dataset.row, last_event: event });
    decided += 1;
    retire(line, verb, event);
  },
  done() {
    if (!row()) selected = null;
    settle();
    update(true);
  },
});

const click = (what) => () => row()?.querySelector(what)?.click();
const open = (hash) => () => row() && location.assign(`${selected}${hash}`);
scope.root = row;
scope.keys = {
  j: () => move(1),
  k: () => move(-1),
  a: click('[data-do="accept"], [data-do="release"]'),
  n: click('[data-panel="notice"]'),
  s: click('[data-do="spam"]'),
  x: () => {
    const tick = row()?.querySelector("input[name=pick]");
    if (tick) tick.checked = !tick.checked;
  },
  e: open("#edit"),
  d: open("#of"),
};
const server = document.querySelector('.undo [data-key="u"]');
scope.keys.u = () => (decisions.length ? takeBack() : (server?.click(), Boolean(server)));

keepPlace(() => ({ selected, addresses: rows().map((each) => each.dataset.row) }));
const kept = placeKept(rows().map((each) => each.dataset.row));
if (kept) select(find(kept), true, true);
