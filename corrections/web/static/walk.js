// Walk from revision to revision: the arrow keys, and a slider that goes where it is let go.
const form = document.querySelector("[data-walk]");
const busy = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || busy(event.target)) return;
  const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
  const on = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const way = { [back]: "prev", [on]: "next" }[event.key];
  document.querySelector(`a[rel=${way}]`)?.click();
});

if (form) {
  const slider = form.querySelector("input[type=range]");
  form.querySelector("[data-without-script]")?.remove();
  slider?.addEventListener("change", () => form.requestSubmit());
}
