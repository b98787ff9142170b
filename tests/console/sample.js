// Customers as a firm has them after two years: of several countries and kinds, some with something
// to point out, some twice, some gone. Always the same ones for the same number.

const FIRST = ["Maria", "Giuseppe", "Anna", "Luca", "Giulia", "Marco", "Chiara", "Paolo", "Elena", "Davide"];
const LAST = ["Rossi", "Bianchi", "Ferrari", "Esposito", "Romano", "Colombo", "Ricci", "Marino", "Greco", "Conti"];
const ABROAD = [
  ["Jürgen", "Müller", "DE136695976", "mueller-technik.de"],
  ["Sophie", "Lefèvre", "FR40303265045", "lefevre-conseil.fr"],
  ["Łukasz", "Wójcik", "PL5260001246", "wojcik-serwis.pl"],
  ["Ana", "García", "ESA28015865", "garcia-obras.es"],
  ["Ioannis", "Papadopoulos", "EL094259216", "papadopoulos-tech.gr"],
];
const HOSTS = [
  "officine-lombarde.it", "studio-colombo.it", "gmail.com", "comune.milano.it", "libero.it",
  "polimi.it", "carpenteria-ricci.it", "gmial.com", "pec.it", "mailinator.com",
];
const DAY = 86_400_000;

/** Numbers from 0 to below 1 that only look like chance. */
function chances(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/**
 * Lines of an import with history: `count` customers who came within the last two years, more and
 * more of them, fewer at weekends.
 * @param {number} count
 * @param {(number: number) => string} vatNumber
 */
export function history(count, vatNumber, now = Date.now()) {
  const chance = chances(7);
  const pick = (list) => list[Math.floor(chance() * list.length)];
  const lines = [];
  while (lines.length < count) {
    const age = Math.floor((1 - Math.sqrt(chance())) * 730);
    const at = new Date(now - age * DAY - 1000 - Math.floor(chance() * DAY));
    if ([0, 6].includes(at.getUTCDay()) && chance() < 0.8) continue;
    const line = chance() < 0.12 ? abroad(pick(ABROAD), lines.length) : atHome(pick, lines.length, vatNumber);
    line["created-at"] = at.toISOString();
    const stay = -Math.log(1 - chance()) * 900;
    if (stay < age) line["deleted-at"] = new Date(at.getTime() + stay * DAY).toISOString();
    lines.push(line);
    if (chance() < 0.04) lines.push({ ...line, "first-name": line["first-name"].toUpperCase() });
  }
  return lines.slice(0, count);
}

function atHome(pick, number, vatNumber) {
  const [first, last] = [pick(FIRST), pick(LAST)];
  const email = `${first}.${last}${number}@${pick(HOSTS)}`.toLowerCase();
  return { "first-name": first, "last-name": last, email, "vat-number": vatNumber(500_000 + number) };
}

function abroad([first, last, vat, host], number) {
  return { "first-name": first, "last-name": last, email: `info${number}@${host}`, "vat-number": vat };
}
