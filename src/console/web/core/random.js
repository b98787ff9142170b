// A key that nobody else makes, for `Idempotency-Key`. `crypto.randomUUID` is not there on a plain
// HTTP address in a local network, which is where an appliance stands; random bytes are.

/** @returns {string} 32 hexadecimal digits */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
