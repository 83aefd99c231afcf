// Keys for the desk. Everything they do is also a button or a link on the page.
const typing = (node) => node.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]");
const sheet = document.querySelector("[data-help-sheet]");
const help = document.querySelector("[data-help]");

if (help && sheet) {
  help.hidden = false;
  help.addEventListener("click", () => sheet.showModal());
}

/** Where keys find their buttons: the selected line of the queue, else the page. */
export const scope = { root: () => document, keys: {} };

/** The menu of reasons of a "Reject" button, opened or closed. */
export function toggle(why, open = why.querySelector(".menu").hidden) {
  why.querySelector(".menu").hidden = !open;
  why.querySelector("[data-reject]").setAttribute("aria-expanded", String(open));
  if (open) why.querySelector(".menu button").focus();
}

for (const why of document.querySelectorAll("[data-why]:not([data-row] *)")) {
  const button = why.querySelector("[data-reject]");
  button.hidden = false;
  why.querySelector(".menu").hidden = true;
  button.addEventListener("click", () => toggle(why));
  why.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !why.contains(relatedTarget)) toggle(why, false); // nothing that has the focus is behind it
  });
}

function press(key) {
  const own = scope.keys[key];
  if (own) return own() !== false;
  const root = scope.root();
  const why = root?.querySelector("[data-why]");
  if (key === "r" && why) return toggle(why), true;
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (key === "e") {
    target.closest("details").open = true;
    document.querySelector("[data-edit]").focus();
  } else {
    target.click();
  }
  return true;
}

/** A figure chooses from the menu that is open. */
function choose(figure) {
  const menu = [...document.querySelectorAll(".menu")].find((each) => !each.hidden);
  const button = [...(menu?.querySelectorAll("button") ?? [])].find((each) => each.querySelector("kbd")?.textContent === figure);
  button?.click();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) search.focus();
  else if (event.key === "?" && sheet) sheet.showModal();
  else if (event.key === "Escape") document.querySelectorAll("[data-why]").forEach((why) => toggle(why, false));
  else if (/^[0-9]$/.test(event.key) && choose(event.key)) event.preventDefault();
  else if (!press(event.key)) return;
  event.preventDefault();
});
