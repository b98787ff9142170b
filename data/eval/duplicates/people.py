"""The people of a test set: who they are, where they work, who is related or shares a mailbox, and
how time changes them. How their records come in is in channels.py."""

import random
from dataclasses import dataclass

from facts import Names, general_vat, mail_word, right_vat, wrong_vat

PROVIDERS = {
    "it_IT": "gmail.com gmail.com gmail.com libero.it libero.it virgilio.it hotmail.it outlook.it yahoo.it pec.it icloud.com tin.it",
    "de_DE": "gmx.de gmx.net web.de gmail.com t-online.de posteo.de outlook.de", "de_AT": "gmx.at aon.at gmail.com",
    "fr_FR": "gmail.com orange.fr sfr.fr free.fr hotmail.fr laposte.net", "es_ES": "gmail.com gmail.com hotmail.es yahoo.es",
    "en_GB": "gmail.com btinternet.com hotmail.co.uk yahoo.co.uk", "pl_PL": "wp.pl o2.pl onet.pl gmail.com interia.pl",
    "nl_NL": "ziggo.nl kpnmail.nl gmail.com hotmail.nl", "pt_PT": "sapo.pt gmail.com hotmail.com", "cs_CZ": "seznam.cz gmail.com",
    "ro_RO": "yahoo.com gmail.com", "sv_SE": "telia.com gmail.com hotmail.se", "el_GR": "gmail.com otenet.gr yahoo.gr",
    "bg_BG": "abv.bg gmail.com mail.bg", "hu_HU": "freemail.hu gmail.com citromail.hu", "da_DK": "mail.dk gmail.com",
    "fi_FI": "kolumbus.fi gmail.com", "hr_HR": "net.hr gmail.com", "nl_BE": "telenet.be skynet.be gmail.com",
}
TLD = {"GB": "co.uk", "EL": "gr"}
TRADES = {
    "IT": "srl spa impianti costruzioni ufficio arredi viaggi grafica foods", "DE": "bau technik handel gmbh logistik",
    "FR": "conseil et-fils batiment distribution", "ES": "hermanos obras asesores", "PL": "bud trans serwis hurt",
}


@dataclass
class Firm:
    names: Names
    vat: str
    domain: str
    form: str
    one_box: bool


@dataclass
class Person:
    pid: int
    names: Names
    given: list
    family: str
    firm: Firm
    homes: list
    works_from_home: bool
    spouse: str = ""
    own_box: str = ""
    desk: str = ""


class Town:
    """Everybody of one set."""

    def __init__(self, seed, locales, exponent, mix):
        self.rng, self.mix = random.Random(seed), mix
        self.names = [(Names(locale, self.rng, exponent), locale) for locale in locales]
        self.people, self.addresses, self.domains = [], set(), set()

    def maybe(self, percent):
        return self.rng.random() * 100 < percent

    def one(self, choices):
        return self.rng.choice(choices.split() if isinstance(choices, str) else choices)

    def found(self, names):
        country = names.country
        while True:
            trade = self.one(TRADES.get(country, "group online service partner"))
            word = mail_word(names.draw("last", "male"))
            stem = self.one([f"{word}{trade}", f"{word}-{trade}", f"{trade}{word}", word + mail_word(names.draw("last", "male"))[:4]])
            domain = f"{stem}.{self.one([TLD.get(country, country.lower())] * 3 + ['com', 'net'])}"
            if domain not in self.domains:
                break
        self.domains.add(domain)
        make = self.one([right_vat] * 17 + [wrong_vat, general_vat, general_vat])
        return Firm(names, make(country, self.rng), domain, self.one("g.f g.f g.f 1.f 1.f f g 1f gf f.g"), self.maybe(12))

    def free(self, locals_, domain):
        """The first of the wished locals that nobody has at this domain."""
        for local in locals_:
            address = f"{local}@{domain}"
            if address not in self.addresses:
                self.addresses.add(address)
                return address
        return self.free([f"{locals_[0]}{self.rng.randrange(2, 999)}"], domain)

    def home(self, given, family, locale):
        g, f = mail_word(given), mail_word(family)
        year = self.rng.randrange(1950, 2004)
        wishes = [f"{g}.{f}", f"{g}{f}", f"{g[:1]}{f}", f"{f}.{g}", f"{g}.{f}{year % 100:02}", f"{g}{year}", f"{f}{g[:3]}{year % 100:02}", f"{g}_{f}"]
        self.rng.shuffle(wishes)
        return self.free(wishes, self.one(PROVIDERS[locale]))

    def work(self, firm, given, family):
        g, f = mail_word(given), mail_word(family)
        wish = "".join({"g": g, "1": g[:1], "f": f}.get(sign, sign) for sign in firm.form)
        return self.free([wish, f"{g[:2]}.{f}", f"{g[:3]}.{f}", f"{g}.{f}"], firm.domain)

    def settle(self, names, locale, firm, given=None, family=None, own_box=""):
        sex = self.one("male female")
        given = given or names.draw("first", sex)
        family = family or names.draw("last", sex)
        all_given = [given] + ([names.draw("first", sex)] if self.maybe(14) and " " not in given else [])
        homes = [self.home(given, family, locale) for _ in range(2 if self.maybe(30) else 1)]
        person = Person(len(self.people), names, all_given, family, firm, homes, self.maybe(self.mix["home"]), own_box=own_box)
        person.spouse = names.draw("last", sex)
        self.people.append(person)
        return person

    # Who settles.

    def alone(self, names, locale):
        person = self.settle(names, locale, self.found(names))
        person.works_from_home = self.maybe(65)

    def firm(self, names, locale):
        firm = self.found(names)
        for _ in range(min(60, int(self.rng.lognormvariate(1.3, 1.0)) + 2)):
            strange = self.one(self.names) if self.maybe(6) else (names, locale)
            self.settle(*strange, firm)

    def dynasty(self, names, locale):
        """A firm of relatives; now and then a son called almost as his father."""
        firm, family = self.found(names), names.draw("last", "male")
        kin = [self.settle(names, locale, firm, None, family)]
        for _ in range(self.rng.randrange(1, 5)):
            given = self.other_name(names, kin)
            if self.maybe(2):
                given = f"{kin[0].given[0]} {given}"
            elif self.maybe(25):
                given = self.with_initial(names, kin[0].given[0])
            kin.append(self.settle(names, locale, firm, given, family))

    def other_name(self, names, kin):
        """A first name that no relative has: parents do not call two children the same."""
        known = {person.given[0] for person in kin}
        while (given := names.draw("first", self.one("male female"))) in known:
            pass
        return given

    def with_initial(self, names, like):
        tries = (names.draw("first", self.one("male female")) for _ in range(200))
        return next((g for g in tries if g[0] == like[0] and g != like), None)

    def couple(self, names, locale):
        family, firm = names.draw("last", "male"), self.found(names)
        word = self.one("famiglia casa studio") if names.country == "IT" else self.one("family familie fam maison")
        box = self.free([f"{word}.{mail_word(family)}", f"{word}{mail_word(family)}"], self.one(PROVIDERS[locale]))
        kin = []
        for _ in range(2):
            work = firm if self.maybe(40) else self.found(names)
            kin.append(self.settle(names, locale, work, self.other_name(names, kin), family, box))

    def same_name(self, names, locale):
        sex = self.one("male female")
        given, family = names.draw("first", sex), names.draw("last", sex)
        for _ in range(self.one([2, 2, 2, 3, 4])):
            person = self.settle(names, locale, self.found(names), given, family)
            person.works_from_home = self.maybe(60)

    def bookkeeper(self, names, locale):
        office = self.found(names)
        box = f"{self.one(['studio', 'info', 'pratiche', 'fiscale', 'clienti'])}@{office.domain}"
        for _ in range(self.rng.randrange(4, 22)):
            self.settle(names, locale, self.found(names), own_box=box)

    def siblings(self, names, locale):
        family, domain = names.draw("last", "male"), self.one(PROVIDERS[locale])
        year, kin = self.rng.randrange(60, 90), []
        for _ in range(self.one([2, 2, 3])):
            person = self.settle(names, locale, self.found(names), self.other_name(names, kin), family)
            kin.append(person)
            local = f"{mail_word(person.given[0])[:self.one([1, 3, 20])]}.{mail_word(family)}"
            person.homes, person.works_from_home = [self.free([local, f"{local}{year}"], domain)], True
            year += 3

    def fill(self, people):
        kinds = [k for name, weight in self.mix["kinds"].items() for k in [getattr(self, name)] * weight]
        while len(self.people) < people:
            self.one(kinds)(*self.one(self.names))

    # What happens between two records of one person.

    def time_passes(self, person):
        if self.maybe(5):
            old, new = person.family, person.spouse
            person.family = self.one([new, f"{old} {new}", f"{old}-{new}", f"{new} {old}"])
            if self.maybe(50):
                person.homes = [self.home(person.given[0], person.family, self.locale_of(person))] + person.homes
        if self.maybe(6):
            person.firm = self.found(person.names)
            person.works_from_home = self.maybe(85)
        if self.maybe(7):
            local = person.homes[0].split("@")[0]
            person.homes[0] = self.free([local], self.one(PROVIDERS[self.locale_of(person)]))

    def locale_of(self, person):
        return next(locale for names, locale in self.names if names is person.names)
