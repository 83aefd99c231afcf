// The dialog inside what the reader sees, above an on-screen keyboard.

/** Keep `dialog` within the visual viewport as long as it is open. A reader who magnifies moves about in it as ever. */
export function fit(dialog) {
  const view = window.visualViewport;
  if (!view) return;
  const place = () => {
    const magnified = view.scale > 1.01;
    dialog.style.top = magnified ? "" : `${view.offsetTop}px`;
    dialog.style.bottom = magnified ? "" : `${Math.max(0, innerHeight - view.offsetTop - view.height)}px`;
    dialog.style.maxHeight = magnified ? "" : `${view.height}px`;
  };
  for (const kind of ["resize", "scroll"]) view.addEventListener(kind, place);
  dialog.addEventListener("close", () => {
    for (const kind of ["resize", "scroll"]) view.removeEventListener(kind, place);
  });
  place();
}
