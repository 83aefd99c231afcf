// What readers see, or the source with its markup: remembered in this browser. Runs before the page is painted.
{
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("source");
  const kept = (() => { try { return localStorage.getItem("corrections:source"); } catch { return null; } })();
  let isSource = (asked ?? kept) === "1";
  root.classList.toggle("shows-source", isSource);

  document.addEventListener("DOMContentLoaded", () => {
    for (const page of document.querySelectorAll("[data-shows]")) page.classList.remove("shows-source");
    const control = document.querySelector("[data-view-switch]");
    if (!control) return;
    const show = () => {
      root.classList.toggle("shows-source", isSource);
      control.firstChild.data = `${isSource ? control.dataset.readers : control.dataset.source} `;
      try { localStorage.setItem("corrections:source", isSource ? "1" : "0"); } catch { /* not kept, then */ }
    };
    control.setAttribute("role", "button");
    control.addEventListener("click", (event) => {
      event.preventDefault();
      isSource = !isSource;
      show();
    });
    control.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); control.click(); }
    });
    show();
  });
}
