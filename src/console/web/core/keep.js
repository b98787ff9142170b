// Small things the browser remembers from one visit to the next: language, theme, last company.
// Never a token, never a customer. Where a browser keeps nothing, all works but the memory.

const PREFIX = 'smart-customer.';

/**
 * @param {string} key
 * @returns {string | null}
 */
export function get(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string | null} value null forgets it
 */
export function put(key, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Private windows may refuse; nothing here is needed to go on.
  }
}
