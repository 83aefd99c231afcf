// Proof of work as the service asks for it under load: ALTCHA's protocol, version 1, with what the browser brings along.

const TOGETHER = 500;

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The solution of a challenge, encoded for `proof`; "none" where this browser cannot compute. */
export async function solve({ algorithm, challenge, maxNumber, salt, signature }) {
  const subtle = globalThis.crypto?.subtle; // absent on pages without HTTPS
  if (!subtle) return "none";
  const bytes = new TextEncoder();
  for (let from = 0; from <= maxNumber; from += TOGETHER) {
    const numbers = Array.from({ length: TOGETHER }, (_, at) => from + at);
    const hashes = await Promise.all(numbers.map((number) => subtle.digest(algorithm, bytes.encode(salt + number))));
    const at = hashes.findIndex((hash) => hex(hash) === challenge);
    if (at >= 0) return btoa(JSON.stringify({ algorithm, challenge, number: from + at, salt, signature }));
  }
  return "none";
}
