"""How the record of a person comes in: by a form on the web, the telephone, a scan, a legacy system
or a business card, each with its own way of getting things wrong."""

import re

from facts import plain
from people import Town

BOXES = {
    "IT": "info amministrazione commerciale segreteria contabilita ordini", "DE": "info kontakt buchhaltung vertrieb",
    "FR": "contact info compta direction", "ES": "info administracion ventas contacto", "PL": "biuro kontakt sklep",
    "PT": "geral comercial info", "RO": "office contact contabilitate", "SE": "info order ekonomi",
}
CALLED = [line.split() for line in """
Giuseppe Peppe Peppino|Vincenzo Enzo|Lorenzo Renzo|Michele Lele|Raffaele Lello|Gabriele Lele|Federico Fede Chicco
Leonardo Leo|Tommaso Tommy|Matteo Teo|Nicola Nico|Maurizio Mauri|Valentina Vale|Eleonora Nora|Loredana Lory|Daniela Dani
Giovanni Vanni|Roberto Roby|Stefano Ste|Antonella Lella|Giuseppina Pina|Caterina Rina|Maddalena Lena|Alberto Berto
Maximilian Max|Sebastian Basti|Friedrich Fritz|Heinrich Heiner|Matthias Matze|Ulrich Uli|Susanne Susi|Gabriele Gabi
Jean-Pierre Jean Jipé|Nicolas Nico|Sébastien Seb|Emmanuelle Manu|Benjamin Ben|Véronique Véro|Isabelle Isa
José Pepe|Guadalupe Lupe|Concepción Concha|Mercedes Merche|Eduardo Edu|Alejandro Álex|Margaret Peggy|Robert Bob
William Bill|Elizabeth Liz|Edward Ted|Kimberley Kim|Matthew Matt|Stanisław Staszek|Aleksandra Ola|Grzegorz Grzesiek
Cornelis Kees|Hendrik Henk|Johannes Jan|Wilhelmina Mien|António Tó|Joaquim Quim|Mihai Mihăiță|Ioana Oana|Lars Lasse
""".replace("\n", "|").strip("|").split("|") for line in [line]]
BY_EAR = [("ck", "k"), ("ph", "f"), ("y", "i"), ("th", "t"), ("ss", "s"), ("ll", "l"), ("tt", "t"), ("zz", "z"),
          ("w", "v"), ("dt", "t"), ("ch", "k"), ("j", "i"), ("s", "ss"), ("n", "nn"), ("t", "tt"), ("l", "ll")]
BY_EYE = [("rn", "m"), ("ii", "u"), ("h", "b"), ("c", "e"), ("a", "o"), ("t", "f"), ("g", "q"), ("n", "ri"), ("vv", "w")]
HAND = {a: row[i + 1] for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for i, a in enumerate(row[:-1])}


class Desk(Town):
    """The people of a set together with the desk that takes them in."""

    def address(self, person, role):
        if person.own_box and self.maybe(85):
            return person.own_box
        if self.maybe(role) or (person.firm.one_box and not person.works_from_home):
            box = self.one(BOXES.get(person.firm.names.country, "info office"))
            return f"{'info' if person.firm.one_box else box}@{person.firm.domain}"
        if self.maybe(82 if person.works_from_home else 14):
            return person.homes[0] if self.maybe(85) else person.homes[-1]
        if not person.desk.endswith("@" + person.firm.domain):
            person.desk = self.work(person.firm, person.given[0], person.family)
        return person.desk

    def called(self, given):
        known = [line[1:] for line in CALLED if line[0] == given]
        return self.one(known[0]) if known else given

    def edit(self, text, rules):
        """One rule that fits, at one place after the first letter."""
        fits = [(m.start(), a, b) for a, b in rules for m in re.finditer(a, text) if m.start() > 0]
        if not fits:
            return text
        at, a, b = self.one(fits)
        return text[:at] + b + text[at + len(a):]

    def fumble(self, text):
        """One slip of the fingers."""
        if len(text) < 4:
            return text
        at = self.rng.randrange(1, len(text) - 1)
        kind = self.one("swap miss twice beside beside")
        if kind == "swap":
            return text[:at] + text[at + 1] + text[at] + text[at + 2:]
        middle = {"miss": "", "twice": text[at] * 2, "beside": HAND.get(text[at], text[at])}[kind]
        return text[:at] + middle + text[at + 1:]

    def digits(self, vat, percent):
        """A slip after the first three characters, of the same length; Sweden's last two digits are always 01."""
        end = len(vat) - (3 if vat.startswith("SE") else 1)
        places = [i for i in range(3, end) if vat[i].isdigit() and vat[i + 1].isdigit() and vat[i] != vat[i + 1]]
        if not places or not self.maybe(percent):
            return vat
        at = self.one(places)
        if self.maybe(55):
            return vat[:at] + vat[at + 1] + vat[at] + vat[at + 2:]
        return vat[:at] + self.one(list("0123456789".replace(vat[at], ""))) + vat[at + 1:]

    def mishandle(self, address, percent):
        """An address typed or told wrong, still one that a registry accepts."""
        if not self.maybe(percent):
            return address
        local, domain = address.split("@")
        name, tld = domain.split(".", 1)
        return self.one([
            f"{self.fumble(local).replace('..', '.')}@{domain}", f"{local}@{self.fumble(name)}.{tld}", f"{local}@{name}.{self.one(['com', 'it', 'net', 'eu'])}",
            f"{local.replace('.', '_') if '.' in local else local + '1'}@{domain}",
        ])

    def web(self, p):
        given = self.called(p.given[0]) if self.maybe(20) else " ".join(p.given) if self.maybe(15) else p.given[0]
        family, address = p.family, self.address(p, 4)
        if self.maybe(4):
            given, family = (self.fumble(given), family) if self.maybe(40) else (given, self.fumble(family))
        if self.maybe(15):
            given, family = plain(given), plain(family)
        if self.maybe(14):
            case = str.lower if self.maybe(70) else str.upper
            given, family = case(given), case(family)
        if self.maybe(3):
            given, family = family, given
        if self.maybe(5):
            local, domain = address.split("@")
            address = f"{local.replace('.', '')}@{domain}" if domain == "gmail.com" else f"{local}+{self.one('ordini shop promo fatture')}@{domain}"
        return given, family, self.mishandle(address, 4), self.digits(p.firm.vat, 2)

    def phone(self, p):
        given, family = plain(p.given[0]), plain(p.family)
        if self.maybe(22):
            family = self.edit(family, BY_EAR)
        if self.maybe(8):
            given = self.edit(given, BY_EAR)
        return given, family, self.mishandle(self.address(p, 8), 7).lower(), self.digits(p.firm.vat, 8)

    def scan(self, p):
        given, family = " ".join(p.given), p.family
        if self.maybe(20):
            family = self.edit(family, BY_EYE)
        if self.maybe(12):
            given = self.edit(given, BY_EYE)
        if self.maybe(50):
            given, family = given.upper(), family.upper()
        return given, family, self.address(p, 15), self.digits(p.firm.vat, 5)

    def ledger(self, p):
        """A legacy system's export: capitals, no diacritics, umlauts written out, the firm's mailbox."""
        given, family = " ".join(p.given).upper(), p.family.upper()
        for a, b in (("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE"), ("Å", "AA"), ("Ø", "OE")):
            given, family = given.replace(a, b), family.replace(a, b)
        given, family = plain(given).upper(), plain(family).upper()
        if self.maybe(8):
            given, family = family, given
        vat = p.firm.vat
        if self.maybe(2) and len(vat) == 13 and vat[2:].isdigit():
            vat = ("SM" if vat[:2] == "IT" else "IT") + vat[2:]
        return given, family, self.address(p, 22), self.digits(vat, 2)

    def card(self, p):
        given = f"{p.given[0][0]}." if self.maybe(35) else p.given[0]
        if len(p.given) > 1 and self.maybe(50):
            given = f"{p.given[0]} {p.given[1][0]}."
        title = self.one("Dott. Ing. Dr. Avv.") + " " if self.maybe(6) and len(given) > 3 else ""
        return title + given, p.family, self.address(p, 3), p.firm.vat

    def record(self, person):
        channels = [self.web] * 55 + [self.phone] * 15 + [self.scan] * 8 + [self.ledger] * 12 + [self.card] * 10
        return (person.pid, *self.one(channels)(person))
