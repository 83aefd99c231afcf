// Keys by the names of the machine in front of the reader: ⌘ is what Macs have for Ctrl.
export const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);

if (isMac) for (const key of document.querySelectorAll("kbd[data-modifier]")) key.textContent = "⌘";
