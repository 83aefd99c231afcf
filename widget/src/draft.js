// What the reader typed, kept on this device until it is sent: closing, reloading and a lost connection lose nothing.

const name = (address) => `corrections:${address}`;

/** The draft for an address, or a new one; `key` makes sending it twice one correction. */
export function load(address) {
  try {
    const kept = JSON.parse(localStorage.getItem(name(address)));
    if (kept?.key) return kept;
  } catch {
    /* no storage here, or not ours: begin anew */
  }
  return { key: fresh(), fields: {} };
}

export const fresh = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

export function keep(address, draft) {
  try {
    localStorage.setItem(name(address), JSON.stringify(draft));
  } catch {
    /* storage is full or forbidden: the dialog still holds it */
  }
}

export function forget(address) {
  try {
    localStorage.removeItem(name(address));
  } catch {
    /* nothing was kept */
  }
}

/** The words that a draft suggests: none where they are to be removed, undefined where the reader reports the error only. */
export const suggested = ({ fields }) => ({ point: undefined, remove: "", change: fields.replacement })[fields.action ?? "change"];
