// test-e: a second opinion, with another Faker (npm), another language and corruptions written afresh: a copy
// is made by a chain of events, each of which changes the whole record. Usage: node generate_again.mjs

import { writeFileSync } from "node:fs";
import { fakerDA, fakerDE, fakerEN_GB, fakerES, fakerFR, fakerIT, fakerPL } from "@faker-js/faker";

const PERSONS = 1500;
const COPIES = 0.15;
const MARKETS = [
  ["IT", fakerIT, "libero.it gmail.com alice.it outlook.it"], ["IT", fakerIT, "gmail.com virgilio.it yahoo.it hotmail.com"],
  ["DE", fakerDE, "web.de gmx.de gmail.com arcor.de"], ["FR", fakerFR, "orange.fr gmail.com neuf.fr bbox.fr"],
  ["ES", fakerES, "gmail.com hotmail.com outlook.es"], ["GB", fakerEN_GB, "gmail.com talktalk.net sky.com live.co.uk"],
  ["PL", fakerPL, "wp.pl gazeta.pl gmail.com"], ["DK", fakerDA, "gmail.com live.dk hotmail.com"],
].map(([country, faker, mail]) => ({ country, faker, mail: mail.split(" ") }));
const PET = Object.fromEntries("Giovanni=Giova Antonio=Totò Filippo=Pippo Beatrice=Bea Federica=Fede Salvatore=Turi Luca=Luchino Thomas=Tommi Anna=Anni Sabine=Bine Jürgen=Jürg Julien=Juju Camille=Cam Benoît=Ben Teresa=Tere Pilar=Pili Oliver=Ollie Charlotte=Lottie Katarzyna=Kaśka Piotr=Piotrek Søren=Sør"
  .split(" ").map((pair) => pair.split("=")));

// One source of chance for all: faker.seed fixes it, the rest draws from here.
let state = 20261124;
function chance() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(chance() * n);
const any = (list) => list[below(list.length)];
const digits = (n) => Array.from({ length: n }, () => below(10)).join("");

/** A name of the locale's list; the square of chance makes the front of a list common, the end rare. */
const names = new Map();
function nameOf(market, kind) {
  const key = market.country + kind;
  if (!names.has(key)) {
    market.faker.seed(99);
    const draw = kind === "last" ? () => market.faker.person.lastName() : () => market.faker.person.firstName();
    names.set(key, [...new Set(Array.from({ length: 1500 }, draw))].filter((n) => n.length > 1));
  }
  const list = names.get(key);
  return list[Math.floor(chance() ** 2 * list.length)];
}

// VAT numbers.
function luhn(body) {
  const sum = [...body].reverse().reduce((s, c, i) => s + (i % 2 ? +c : (+c * 2 > 9 ? +c * 2 - 9 : +c * 2)), 0);
  return body + ((10 - (sum % 10)) % 10);
}
function iso7064(body) {
  const p = [...body].reduce((product, c) => { const s = (+c + product) % 10 || 10; return (s * 2) % 11; }, 10);
  return body + ((11 - p) % 10);
}
function vat(country) {
  if (country === "IT") return "IT" + luhn(digits(7) + any(["001", "015", "037", "058", "063", "072"]));
  if (country === "DE") return "DE" + iso7064(1 + below(9) + digits(7));
  if (country === "FR") { const siren = luhn(digits(8)); return `FR${String((+siren * 100 + 12) % 97).padStart(2, "0")}${siren}`; }
  return country + digits(11);
}

// Who there is.
const ascii = (s) => s.replace(/ß/g, "ss").replace(/[łŁ]/g, "l").replace(/[øØ]/g, "o").replace(/[æÆ]/g, "ae").normalize("NFD").replace(/[^\x20-\x7e]/g, "");
const word = (s) => ascii(s).toLowerCase().replace(/[^a-z0-9]/g, "") || "x";
const taken = new Set();
function claim(local, domain) {
  let address = `${local}@${domain}`;
  while (taken.has(address)) address = `${local}${below(99)}@${domain}`;
  taken.add(address);
  return address;
}
const patterns = [(f, l) => `${f}.${l}`, (f, l) => `${f[0]}.${l}`, (f, l) => `${f[0]}${l}`, (f, l) => `${l}${f[0]}`, (f) => f, (f, l) => `${f}${l}`];
const people = [];
function add(market, firm, given = {}) {
  const first = given.first ?? nameOf(market, "first"), last = given.last ?? nameOf(market, "last");
  const person = { id: people.length, market, firm, first, last };
  person.home = given.home ?? claim((chance() < 0.3 ? (f, l) => `${f}.${l}${40 + below(60)}` : any(patterns))(word(first), word(last)), any(market.mail));
  person.desk = given.desk ?? claim(firm.pattern(word(first), word(last)), firm.domain);
  person.email = given.email ?? (chance() < firm.homely ? person.home : person.desk);
  people.push(person);
  return person;
}
function found(market, homely = 0.15) {
  const tail = any(["", "", "-" + word(nameOf(market, "last")), "shop", "media", "systems"]);
  const domain = `${word(nameOf(market, "last"))}${tail}${taken.size}.${any([market.country.toLowerCase().replace("gb", "uk"), "com"])}`;
  return { vat: vat(market.country), domain, pattern: any(patterns), homely };
}
/** So many first names, all different: relatives are not called the same. */
function firsts(market, count) {
  const chosen = new Set();
  while (chosen.size < count) chosen.add(nameOf(market, "first"));
  return [...chosen];
}
const GROUPS = [
  [45, (m) => add(m, found(m, 0.7))],
  [12, (m) => { const firm = found(m); for (let n = 2 + Math.floor(chance() ** 4 * 45); n > 0; n--) add(m, firm); }],
  [7, (m) => { const firm = found(m, 0.3), last = nameOf(m, "last"); for (const first of firsts(m, 2 + below(3))) add(m, firm, { first, last }); }],
  [4, (m) => { const firm = found(m), email = `info@${firm.domain}`; for (let n = 2 + below(4); n > 0; n--) add(m, firm, { email }); }],
  [4, (m) => { const last = nameOf(m, "last"), home = claim(`${any(["we", "fam", "the"])}.${word(last)}`, any(m.mail)); for (const first of firsts(m, 2)) add(m, found(m), { first, last, home, email: home }); }],
  [5, (m) => { const one = add(m, found(m, 0.5)); for (let n = 1 + below(2); n > 0; n--) add(m, found(m, 0.5), { first: one.first, last: one.last }); }],
  [1, (m) => { const office = found(m); for (let n = 4 + below(9); n > 0; n--) add(m, found(m), { email: `office@${office.domain}` }); }],
];
function weighted(table) {
  let at = chance() * table.reduce((sum, [weight]) => sum + weight, 0);
  return table.find(([weight]) => (at -= weight) < 0)[1];
}

// What happens to a record, each with its weight.
const put = (s, at, cut, text) => s.slice(0, at) + text + s.slice(at + cut);
function typo(s) {
  const at = 1 + below(Math.max(1, s.length - 1)), c = s[at] ?? "";
  return any([() => put(s, at, 1, ""), () => put(s, at, 0, c), () => put(s, at, 2, (s[at + 1] ?? "") + c), () => put(s, at, 1, any([..."aeiounrst"]))])();
}
function retype(email) {
  const [local, domain] = email.split("@"), [host, ...tld] = domain.split(".");
  return chance() < 0.5 ? `${word(typo(local))}@${domain}` : `${local}@${word(typo(host))}.${tld.join(".")}`;
}
const EVENTS = [
  [14, (r) => ({ ...r, first: r.first.toUpperCase(), last: r.last.toUpperCase() })],
  [12, (r) => ({ ...r, first: r.first.toLowerCase(), last: r.last.toLowerCase(), email: r.email.toLowerCase() })],
  [14, (r) => ({ ...r, first: ascii(r.first), last: ascii(r.last) })],
  [5, (r) => ({ ...r, last: r.last.replace(/ä/g, "ae").replace(/ö|ø/g, "oe").replace(/ü/g, "ue").replace(/å/g, "aa") })],
  [8, (r) => ({ ...r, first: PET[r.first] ?? r.first })],
  [7, (r) => ({ ...r, first: r.first[0] + any([".", ""]) })],
  [5, (r, p) => ({ ...r, first: `${r.first} ${nameOf(p.market, "first")}` })],
  [5, (r) => ({ ...r, first: r.last, last: r.first })],
  [12, (r) => ({ ...r, last: typo(r.last) })],
  [7, (r) => ({ ...r, first: typo(r.first) })],
  [4, (r, p) => ({ ...r, last: any([`${r.last}-${nameOf(p.market, "last")}`, `${nameOf(p.market, "last")} ${r.last}`, nameOf(p.market, "last")]) })],
  [14, (r, p) => ({ ...r, email: r.email === p.home ? p.desk : p.home })],
  [6, (r, p) => ({ ...r, email: `${r.email.split("@")[0]}@${any(p.market.mail)}` })],
  [5, (r) => ({ ...r, email: r.email.replace("@", any(["+web@", "+azienda@", "+eshop@"])) })],
  [4, (r) => ({ ...r, email: r.email.includes(".", 1) ? r.email.replace(/^([^@.]+)\.([^@]*@)/, "$1$2") : r.email })],
  [6, (r, p) => ({ ...r, email: `${any(["info", "office", "admin", "billing"])}@${p.firm.domain}` })],
  [8, (r) => ({ ...r, email: retype(r.email) })],
  [8, (r) => { const at = 4 + below(r.vat.length - 5); return { ...r, vat: put(r.vat, at, 1, `${below(10)}`) }; }],
  [5, (r) => { const at = 4 + below(r.vat.length - 5); return { ...r, vat: put(r.vat, at, 2, r.vat[at + 1] + r.vat[at]) }; }],
  [5, (r, p) => ({ ...r, vat: vat(p.market.country) })],
];
const recordOf = (p) => ({ id: p.id, first: p.first, last: p.last, email: p.email, vat: p.firm.vat });
function copyOf(person) {
  let record = recordOf(person);
  do record = weighted(EVENTS)(record, person); while (chance() < 0.45);
  return record;
}

while (people.length < PERSONS) weighted(GROUPS)(any(MARKETS));
const records = people.map(recordOf);
const order = people.map((p) => [chance(), p]).sort((a, b) => a[0] - b[0]).map(([, p]) => p);
while (records.length * (1 - COPIES) < people.length) {
  const person = order.pop();
  for (let n = chance() < 0.85 ? 1 : 2 + below(2); n > 0; n--) records.push(copyOf(person));
}
const shuffled = records.map((r) => [chance(), r]).sort((a, b) => a[0] - b[0]).map(([, r]) => r);
const numbers = new Map();
const lines = shuffled.map((r, i) => {
  if (!numbers.has(r.id)) numbers.set(r.id, numbers.size + 1);
  return [i + 1, numbers.get(r.id), r.first, r.last, r.email, r.vat].join("\t");
});
writeFileSync(new URL("test-e.tsv", import.meta.url), ["record-id\tperson-id\tfirst-name\tlast-name\temail\tvat-number", ...lines, ""].join("\n"));
console.log(`test-e.tsv: ${records.length} records, ${people.length} persons`);
