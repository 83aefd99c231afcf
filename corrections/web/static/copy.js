// Buttons that copy what is written elsewhere on the page. Without a clipboard the words can be selected.
for (const button of document.querySelectorAll("[data-copy-from]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).textContent.trim());
    button.textContent = button.dataset.done;
  });
}
