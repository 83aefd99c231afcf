// A long comparison comes in parts: the next one is fetched when the reader comes near the end of what is there.
const NEAR = "1500px";
const list = (root) => root.querySelector("[data-portion] tbody, [data-portion] .inline-view");

async function append(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  list(document).append(...list(page).childNodes);
  const links = page.querySelector("[data-portions]");
  links.querySelectorAll("[data-of-part]").forEach((element) => element.remove()); // more is shown than that part
  document.querySelector("[data-portions]").replaceWith(links);
  watch();
}

function watch() {
  const link = document.querySelector("[data-next-portion]");
  if (!link) {
    document.querySelector("[data-portions]")?.remove();
    return;
  }
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    append(link).catch(() => {}); // the link stays, and leads there
  }, { rootMargin: NEAR });
  observer.observe(link);
}

watch();
