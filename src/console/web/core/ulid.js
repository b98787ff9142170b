// Ids are ULIDs, whose beginning is a time: so "created since" is "after this id" (and needs no
// index of its own).

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const REST = '0'.repeat(16);

/**
 * The least id of a moment.
 * @param {number} time milliseconds since 1970
 * @returns {string}
 */
export function ulidAt(time) {
  let left = Math.max(0, Math.floor(time));
  let text = '';
  for (let at = 0; at < TIME_DIGITS; at += 1) {
    text = DIGITS[left % 32] + text;
    left = Math.floor(left / 32);
  }
  return text + REST;
}
