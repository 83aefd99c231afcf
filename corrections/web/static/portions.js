// A long comparison comes in pages: the next one is fetched when the reader comes near the end of what is there.
const NEAR = "1500px";
const list = (root) => root.querySelector("[data-portion] tbody, [data-portion] .inline-view");
const links = (root) => root.querySelector("[data-portions]");

async function append(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [rows, next] = [list(page).childNodes, links(page)];
  next.querySelectorAll("[data-of-one-page]").forEach((element) => element.remove()); // more is shown than that page
  const hadFocus = links(document).contains(document.activeElement);
  list(document).append(...rows);
  if (!next.querySelector("[data-next-page]")) next.replaceChildren(); // all is shown
  links(document).replaceWith(next);
  if (hadFocus) {
    next.tabIndex = -1; // for whoever is there with the keyboard, when no link is left
    (next.querySelector("a") ?? next).focus({ preventScroll: true });
  }
  watch();
}

function watch() {
  const link = document.querySelector("[data-next-page]");
  if (!link) return;
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    append(link).catch(() => {}); // the link stays, and leads there
  }, { rootMargin: NEAR });
  observer.observe(link);
}

watch();
