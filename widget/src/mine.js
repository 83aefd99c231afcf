// The corrections that were sent from this device: kept here and nowhere else, so that no account is needed to find them.

const MOST = 50;

const name = (service) => `corrections:sent:${service}`;

/** `{number, address, words}` of each, the latest first. */
export function sentBefore(service) {
  try {
    const kept = JSON.parse(localStorage.getItem(name(service)));
    return Array.isArray(kept) ? kept.filter(({ address }) => /^https?:/.test(address)) : [];
  } catch {
    return []; // no storage here, or not ours
  }
}

export function remember(service, sent) {
  const others = sentBefore(service).filter(({ number }) => number !== sent.number);
  try {
    localStorage.setItem(name(service), JSON.stringify([sent, ...others].slice(0, MOST)));
  } catch {
    /* storage is full or forbidden: the mail and the receipt have the link */
  }
}
