// Keys for the desk. Everything they do is also a button or a link on the page.
const typing = (node) => node.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]");
const sheet = document.querySelector("[data-help-sheet]");
const help = document.querySelector("[data-help]");
const rows = [...document.querySelectorAll("[data-row]")];
let at = -1;

if (help && sheet) {
  help.hidden = false;
  help.addEventListener("click", () => sheet.showModal());
}

function move(step) {
  at = Math.max(0, Math.min(rows.length - 1, at + step));
  rows.forEach((row, index) => row.classList.toggle("selected", index === at));
  rows[at].querySelector("a").focus();
}

function press(key) {
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

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) search.focus();
  else if (event.key === "?" && sheet) sheet.showModal();
  else if ((event.key === "j" || event.key === "k") && rows.length) move(event.key === "j" ? 1 : -1);
  else if (!press(event.key)) return;
  event.preventDefault();
});
