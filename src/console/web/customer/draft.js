// Hands values from one screen to the form of another without writing them into the address, where
// names would stay in the browser's history.

let waiting = null;

/**
 * Leaves values for the next form.
 * @param {Record<string, string>} values
 */
export function leaveDraft(values) {
  waiting = values;
}

/**
 * Takes what was left, once.
 * @returns {Record<string, string>}
 */
export function takeDraft() {
  const values = waiting ?? {};
  waiting = null;
  return values;
}
