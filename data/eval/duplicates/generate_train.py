"""The sets to train and tune on: train-a (four large countries, 10 % copies, names Zipf-like) and
train-b (the smaller ones, 25 % copies, names drawn evenly).

A clean record is made of every person; a copy is that record with slips drawn field by field.
The sets to judge on are made another way, by generate_test.py."""

import random

from facts import Names, general_vat, mail_word, plain, right_vat, write, wrong_vat

FREE = {
    "IT": ["gmail.com", "libero.it", "hotmail.it", "alice.it", "yahoo.it", "tiscali.it"],
    "DE": ["gmx.de", "web.de", "t-online.de", "gmail.com", "freenet.de"],
    "FR": ["orange.fr", "free.fr", "gmail.com", "wanadoo.fr", "laposte.net"],
    "ES": ["gmail.com", "hotmail.com", "telefonica.net", "yahoo.es"],
}
WORLDWIDE = ["gmail.com", "outlook.com", "yahoo.com", "hotmail.com", "icloud.com"]
ROLES = ["info", "office", "contact", "sales", "accounts", "mail"]
LEGAL = ["", "group", "-consulting", "tech", "-services", "trade", "lab"]
STYLES = ["{f}.{l}", "{i}.{l}", "{l}", "{f}", "{i}{l}", "{l}.{f}", "{f}_{l}"]
SHORT = {
    "giuseppe": ["Beppe", "Pino"], "francesco": ["Franco", "Ciccio"], "antonio": ["Toni", "Tonino"],
    "giovanni": ["Gianni", "Nanni"], "alessandro": ["Sandro", "Ale"], "salvatore": ["Totò", "Salvo"],
    "luigi": ["Gigi"], "domenico": ["Mimmo"], "elisabetta": ["Betta"], "francesca": ["Franca"],
    "alexander": ["Alex", "Sascha"], "michael": ["Michi", "Mike"], "johannes": ["Hannes", "Jo"],
    "wolfgang": ["Wolf"], "katharina": ["Kathi", "Käthe"], "elisabeth": ["Lisa", "Sissi"], "stefanie": ["Steffi"],
    "andreas": ["Andi"], "thomas": ["Tom"], "christine": ["Tina"], "josé": ["Pepe"], "francisco": ["Paco", "Curro"],
    "ignacio": ["Nacho"], "dolores": ["Lola"], "manuel": ["Manolo"], "rosario": ["Charo"], "enrique": ["Quique"],
    "frédéric": ["Fred"], "dominique": ["Dom"], "catherine": ["Cathy"], "philippe": ["Phil"], "alexandre": ["Alex"],
    "christopher": ["Chris"], "susan": ["Sue"], "deborah": ["Debbie"], "james": ["Jim"], "samantha": ["Sam"],
    "nicholas": ["Nick"], "katarzyna": ["Kasia"], "małgorzata": ["Gosia"], "jakub": ["Kuba"], "tomasz": ["Tomek"],
    "joão": ["Jonas"], "gabriel": ["Gabi"], "ștefan": ["Fane"], "margareta": ["Greta"], "johanna": ["Hanna"],
}
NEAR = {
    "a": "sqz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "ko", "m": "n", "n": "mb", "o": "ipl", "p": "o", "q": "wa", "r": "etf",
    "s": "adw", "t": "ryg", "u": "yij", "v": "cb", "w": "qes", "x": "zc", "y": "tu", "z": "xa",
}
MISREAD = [("m", "rn"), ("l", "1"), ("o", "0"), ("rn", "m"), ("cl", "d"), ("i", "l"), ("e", "c"), ("u", "v")]


class World:
    """One set: its random source, its names, its persons' clean records."""

    def __init__(self, seed, locales, exponent):
        self.rng = random.Random(seed)
        self.names = [Names(locale, self.rng, exponent) for locale in locales]
        self.persons, self.pid, self.domains = [], 0, set()

    def chance(self, probability):
        return self.rng.random() < probability

    def pick(self, items):
        return self.rng.choice(items)

    def vat(self, country):
        draw = self.rng.random()
        make = right_vat if draw < 0.86 else wrong_vat if draw < 0.94 else general_vat
        return make(country, self.rng)

    def domain(self, word, country):
        tld = self.pick([country.lower().replace("el", "gr").replace("gb", "co.uk"), "com", "eu"])
        while True:
            name = f"{mail_word(word)}{self.pick(LEGAL)}{self.pick(['', '', str(self.rng.randrange(2, 90))])}.{tld}"
            if name not in self.domains:
                self.domains.add(name)
                return name

    def firm(self, names, vat=None):
        word = names.draw("last", "male")
        return {"vat": vat or self.vat(names.country), "domain": self.domain(word, names.country),
                "style": self.pick(STYLES), "names": names, "used": set()}

    def local(self, style, first, last):
        f, l = mail_word(first.split()[0]) or "x", mail_word(last) or "x"
        return style.format(f=f, l=l, i=f[0])

    def work_mail(self, firm, first, last):
        """An address of the firm that no colleague has: m.rossi@, then ma.rossi@, then m.rossi2@."""
        local = self.local(firm["style"], first, last)
        if local in firm["used"] and firm["style"].startswith("{i}"):
            local = mail_word(first)[:2] + local[1:]
        while local in firm["used"]:
            local += str(self.rng.randrange(2, 10))
        firm["used"].add(local)
        return f"{local}@{firm['domain']}"

    def home_mail(self, first, last, country):
        local = self.local(self.pick(STYLES + ["{f}{l}", "{l}{f}"]), first, last)
        if self.chance(0.45):
            local += self.pick([str(self.rng.randrange(50, 100)), str(self.rng.randrange(1955, 2006)), "1"])
        return f"{local}@{self.pick(FREE.get(country, []) + WORLDWIDE)}"

    def person(self, names, firm, last=None, first=None, email=None):
        sex = self.pick(["male", "female"])
        self.pid += 1
        first = first or names.draw("first", sex)
        last = last or names.draw("last", sex)
        home = self.home_mail(first, last, names.country)
        draw = self.rng.random()
        if email is None:
            email = home if draw < 0.2 else f"{self.pick(ROLES)}@{firm['domain']}" if draw < 0.27 else self.work_mail(firm, first, last)
        record = {"pid": self.pid, "first": first, "last": last, "email": email, "vat": firm["vat"]}
        self.persons.append({"record": record, "home": home, "firm": firm, "names": names})
        return record

    # Who there is.

    def freelancer(self, names):
        firm = self.firm(names)
        sex = self.pick(["male", "female"])
        first, last = names.draw("first", sex), names.draw("last", sex)
        self.person(names, firm, last, first, self.home_mail(first, last, names.country) if self.chance(0.7) else None)

    def company(self, names):
        firm = self.firm(names)
        for _ in range(self.pick([1, 2, 2, 3, 4, 6, 9, 15, 40])):
            self.person(names, firm)

    def family_firm(self, names):
        firm, last = self.firm(names), names.draw("last", "male")
        for _ in range(self.rng.randrange(2, 5)):
            self.person(names, firm, last)
        if self.chance(0.4):
            self.person(names, firm)

    def household(self, names):
        last = names.draw("last", "male")
        word = self.pick(["family", "fam", "casa", "haus", "the"])
        email = f"{word}{self.pick(['.', '', '-'])}{mail_word(last)}@{self.pick(FREE.get(names.country, WORLDWIDE))}"
        firm = self.firm(names)
        for _ in range(2):
            self.person(names, firm if self.chance(0.5) else self.firm(names), last, None, email)

    def namesakes(self, names):
        one = self.person(names, self.firm(names))
        for _ in range(self.pick([1, 1, 2])):
            self.person(names, self.firm(names), one["last"], one["first"])

    def accountant(self, names):
        office = self.firm(names)
        email = f"{self.pick(['studio', 'office', 'tax'])}@{office['domain']}"
        for _ in range(self.rng.randrange(3, 13)):
            self.person(names, self.firm(names), None, None, email)

    def siblings(self, names):
        last, provider = names.draw("last", "male"), self.pick(WORLDWIDE)
        for _ in range(2):
            first = names.draw("first", self.pick(["male", "female"]))
            self.person(names, self.firm(names), last, first, f"{mail_word(first)[:1]}{mail_word(last)}{self.rng.randrange(60, 99)}@{provider}")

    def populate(self, persons):
        kinds = [self.freelancer] * 40 + [self.company] * 12 + [self.family_firm] * 5 + [self.household] * 3
        kinds += [self.namesakes] * 3 + [self.accountant] + [self.siblings] * 2
        while len(self.persons) < persons:
            self.pick(kinds)(self.pick(self.names))

    # What goes wrong in a copy.

    def slip(self, word):
        if len(word) < 3:
            return word
        at = self.rng.randrange(1, len(word) - 1)
        c = word[at]
        near = self.pick(NEAR.get(c.lower(), c))
        return self.pick([
            word[:at] + near + word[at + 1:], word[:at] + word[at + 1:], word[:at] + c + word[at:],
            word[:at] + word[at + 1] + c + word[at + 2:],
        ])

    def misread(self, word):
        fits = [(a, b) for a, b in MISREAD if a in word[1:]]
        if not fits:
            return word
        a, b = self.pick(fits)
        return word[0] + word[1:].replace(a, b, 1)

    def spelling(self, text):
        """Umlauts written out, or diacritics dropped."""
        if self.chance(0.4):
            for a, b in zip("äöüÄÖÜåÅ", ["ae", "oe", "ue", "Ae", "Oe", "Ue", "aa", "Aa"]):
                text = text.replace(a, b)
        return plain(text)

    def copied_names(self, first, last, names):
        other = names.draw("first", self.pick(["male", "female"]))
        key = first.lower()
        if key in SHORT and self.chance(0.35):
            first = self.pick(SHORT[key])
        elif self.chance(0.06):
            first = f"{first} {other}" if " " not in first else first.split()[0]
        elif self.chance(0.05):
            first = first[0] + self.pick([".", ""])
        if self.chance(0.07):
            second = names.draw("last", "female")
            last = self.pick([f"{last} {second}", f"{last}-{second}", f"{second} {last}", second if self.chance(0.3) else f"{last}-{second}"])
        if self.chance(0.12):
            first, last = (self.slip(first), last) if self.chance(0.4) else (first, self.slip(last))
        if self.chance(0.03):
            last = self.misread(last)
        if self.chance(0.5):
            first, last = self.spelling(first), self.spelling(last)
        if self.chance(0.05):
            first, last = last, first
        if self.chance(0.22):
            case = self.pick([str.upper, str.lower])
            first, last = case(first), case(last)
        return first, last

    def copied_mail(self, person, first, last):
        email = person["record"]["email"]
        local, domain = email.split("@")
        draw = self.rng.random()
        if draw < 0.5:
            return email
        if draw < 0.72:
            return person["home"] if email != person["home"] else self.work_mail(person["firm"], first, last)
        if draw < 0.78:
            return f"{self.pick(ROLES)}@{person['firm']['domain']}"
        if draw < 0.84:
            return f"{local}@{self.pick(WORLDWIDE)}"
        if draw < 0.88:
            return f"{local}+{self.pick(['shop', 'news', 'b2b', '1'])}@{domain}"
        if draw < 0.91:
            return f"{local.replace('.', '')}@{domain}" if "." in local else f"{local[0]}.{local[1:]}x@{domain}"
        if draw < 0.94:
            return f"{local}{self.rng.randrange(1, 99)}@{domain}"
        if draw < 0.97:
            return f"{local}@{self.slip(domain.split('.')[0])}.{domain.split('.', 1)[1]}"
        return f"{mail_word(self.slip(local)) or local}@{domain}"

    def copied_vat(self, person):
        vat, draw = person["record"]["vat"], self.rng.random()
        at = self.rng.randrange(3, len(vat) - 1)
        if draw < 0.78 or not (vat[at].isdigit() and vat[at - 1].isdigit()):
            return vat
        if draw < 0.83:
            return vat[:at - 1] + vat[at] + vat[at - 1] + vat[at + 1:]
        if draw < 0.9:
            return vat[:at] + self.pick("0123456789") + vat[at + 1:]
        if draw < 0.92 and vat[2:].isdigit() and len(vat) == 13:
            return self.pick(["FR", "HR", "LV", "IT"]) + vat[2:]
        return self.firm(person["names"])["vat"]

    def copy(self, person):
        record = dict(person["record"])
        record["first"], record["last"] = self.copied_names(record["first"], record["last"], person["names"])
        record["email"] = self.copied_mail(person, record["first"], record["last"])
        record["vat"] = self.copied_vat(person)
        return record


def make(path, seed, locales, exponent, persons, copies):
    world = World(seed, locales, exponent)
    world.populate(persons)
    records = [p["record"] for p in world.persons]
    extra = int(len(records) * copies / (1 - copies))
    chosen = world.rng.sample(world.persons, len(world.persons))
    while extra > 0:
        person = chosen.pop()
        for _ in range(world.pick([1] * 17 + [2, 2, 3])):
            records.append(world.copy(person))
            extra -= 1
    write(path, [tuple(r.values()) for r in records], world.rng)


if __name__ == "__main__":
    make("train-a.tsv", 20261101, ["it_IT", "it_IT", "de_DE", "fr_FR", "es_ES"], 0.8, 2300, 0.10)
    make("train-b.tsv", 20261102, ["pl_PL", "nl_NL", "pt_PT", "ro_RO", "sv_SE", "en_GB", "el_GR"], 0.0, 1400, 0.25)
