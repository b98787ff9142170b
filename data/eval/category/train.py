"""Writes train.tsv, to which the weights of the categories are fitted: made with Faker and lists
of schools and towns that are not in data/domains/.

    pip install faker==40.63.0 python-stdnum==2.2
    python train.py SCHOOLS.txt TOWNS.csv

- SCHOOLS.txt: `git ls-tree -r --name-only HEAD lib/domains` of JetBrains/swot (MIT), August 2026
- TOWNS.csv: validation_report.csv of mxmap-fr (MIT), July 2026

A row: category, first name, last name, email, VAT number.
"""

import csv
import random
import re
import sys
import unicodedata
from pathlib import Path

from faker import Faker

from vat import draw_vat, spoil

SEED = 52_608
LOCALES = {
    "IT": "it_IT", "DE": "de_DE", "FR": "fr_FR", "ES": "es_ES", "PT": "pt_PT", "NL": "nl_NL", "BE": "nl_BE",
    "AT": "de_AT", "CH": "fr_CH", "GB": "en_GB", "IE": "en_IE", "DK": "da_DK", "SE": "sv_SE", "NO": "no_NO",
    "FI": "fi_FI", "PL": "pl_PL", "CZ": "cs_CZ", "SK": "sk_SK", "HU": "hu_HU", "RO": "ro_RO", "HR": "hr_HR", "SI": "sl_SI",
}
TLD = {"GB": "co.uk"}
PUBLIC = {
    "IT": "comune.{c}.it comune.{c}.{p}.it pec.comune.{c}.it regione.{c}.it provincia.{c}.it asl{c}.it comunedi{c}.it {c}.gov.it",
    "DE": "stadt-{c}.de gemeinde-{c}.de landkreis-{c}.de {c}.bund.de kreis-{c}.de vg-{c}.de {c}.nrw.de rathaus-{c}.de",
    "FR": "mairie-{c}.fr ville-{c}.fr {c}.gouv.fr agglo-{c}.fr cc-{c}.fr", "ES": "ayto-{c}.es ayto{c}.es {c}.gob.es ayuntamiento{c}.es dip-{c}.es",
    "PT": "cm-{c}.pt jf-{c}.pt {c}.gov.pt", "NL": "gemeente{c}.nl {c}.overheid.nl provincie{c}.nl", "BE": "gemeente{c}.be {c}.fgov.be",
    "AT": "{c}.gv.at gemeinde-{c}.at", "CH": "{c}.admin.ch ville-{c}.ch", "GB": "{c}.gov.uk {c}.nhs.uk {c}.police.uk {c}council.gov.uk", "IE": "{c}coco.ie {c}.gov.ie",
    "DK": "{c}kommune.dk", "SE": "{c}kommun.se {c}.gov.se", "NO": "{c}.kommune.no", "FI": "{c}.gov.fi", "PL": "um.{c}.pl gmina-{c}.pl {c}.gov.pl",
    "CZ": "mesto-{c}.cz obec-{c}.cz {c}.gov.cz", "SK": "mesto{c}.sk obec{c}.sk", "HU": "{c}.gov.hu", "RO": "primaria{c}.ro {c}.gov.ro", "HR": "opcina-{c}.hr", "SI": "obcina-{c}.si",
}
FREE = {
    "IT": "gmail.com libero.it virgilio.it hotmail.it", "DE": "gmx.de web.de t-online.de gmail.com", "FR": "orange.fr free.fr gmail.com laposte.net", "ES": "gmail.com hotmail.com yahoo.es",
    "PL": "wp.pl o2.pl gmail.com", "CZ": "seznam.cz centrum.cz gmail.com", "GB": "gmail.com btinternet.com hotmail.co.uk",
}
DEFAULT_FREE = "gmail.com outlook.com hotmail.com yahoo.com icloud.com"
TRADES = "foto fotografia design consulting coaching architekt legal art music webdesign texte studio".split()
THROW_AWAY = "mailinator.com yopmail.com guerrillamail.com trashmail.com sharklasers.com 10minutemail.com".split()
ROLES = "info office contact sales admin kontakt amministrazione".split()


def ascii_of(text):
    text = text.replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("æ", "ae").replace("đ", "d")
    text = unicodedata.normalize("NFD", text.lower())
    return re.sub(r"[^a-z0-9]+", "", "".join(c for c in text if c.isascii()))


def schools(path):
    """Domains of schools in Europe; half of them are in data/domains/education.txt."""
    known = (Path(__file__).parents[2] / "domains" / "education.txt").read_text("ascii").split()
    for line in Path(path).read_text("utf-8").splitlines():
        parts = line.removeprefix("lib/domains/").removesuffix(".txt").split("/")
        domain = ".".join(reversed(parts))
        country = parts[0].upper().replace("UK", "GB")
        if country in LOCALES and len(parts) == 2 and domain not in known and domain.isascii():
            yield country, domain


def towns(path):
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["domain"].endswith(".fr"):
                yield "FR", row["domain"].removeprefix("www.")


class Maker:
    def __init__(self, rng):
        self.rng = rng
        self.fakers = {country: Faker(locale) for country, locale in LOCALES.items()}
        for country, faker in self.fakers.items():
            faker.seed_instance(f"{SEED} {country}")

    def country(self):
        return self.rng.choice(list(LOCALES))

    def person(self, country):
        faker = self.fakers[country]
        return faker.first_name(), faker.last_name()

    def mailbox(self, domain, first, last):
        f, l = ascii_of(first), ascii_of(last)
        shapes = [f"{f}.{l}", f"{f[:1]}.{l}", f, f"{f}{l}", self.rng.choice(ROLES)]
        return f"{self.rng.choice(shapes)}@{domain}"

    def private(self, country, first, last):
        host = self.rng.choice(FREE.get(country, DEFAULT_FREE).split())
        f, l = ascii_of(first), ascii_of(last)
        return self.rng.choice([f"{f}.{l}", f"{f}{l}", f"{l}{self.rng.randint(1, 99)}", f"{f[:1]}{l}"]) + "@" + host

    def top(self, country):
        return self.rng.choice([TLD.get(country, country.lower())] * 3 + ["com", "eu"])

    def corporate(self):
        country = self.country()
        first, last = self.person(country)
        company = self.fakers[country].company()
        name = ascii_of(company)[:30]
        if self.rng.random() < 0.12:  # a family firm
            name = ascii_of(last) + self.rng.choice(["", "srl", "group", "bau", "transport"])
        email = self.mailbox(f"{name}.{self.top(country)}", first, last)
        if self.rng.random() < 0.14:
            email = self.private(country, first, last)
        return "corporate", "company", country, first, last, email

    def freelance(self):
        country = self.country()
        first, last = self.person(country)
        f, l = ascii_of(first), ascii_of(last)
        top = self.top(country)
        email = self.private(country, first, last)
        if self.rng.random() < 0.5:
            trade = self.rng.choice(TRADES)
            own = self.rng.choice([f + l, f"{f}-{l}", l, f"{l}-{trade}", f"{trade}{l}", f"{trade}-{ascii_of(self.fakers[country].city())}"])
            email = self.mailbox(f"{own}.{top}", first, last)
        return "freelance", "person", country, first, last, email

    def public(self, listed):
        if self.rng.random() < 0.15:
            country, domain = self.rng.choice(listed)
        else:
            country = self.rng.choice(list(PUBLIC))
            city = ascii_of(self.fakers[country].city())
            domain = self.rng.choice(PUBLIC[country].split()).format(c=city, p="mi")
        first, last = self.person(country)
        return "public-sector", "public", country, first, last, self.mailbox(domain, first, last)

    def education(self, listed):
        country, domain = self.rng.choice(listed)
        first, last = self.person(country)
        return "education", "school", country, first, last, self.mailbox(domain, first, last)

    def disposable(self):
        country = self.country()
        first, last = self.person(country)
        return "disposable", "person", country, first, last, self.mailbox(self.rng.choice(THROW_AWAY), first, last)

    def unknown(self):
        country = self.country()
        first, last = self.person(country)
        return "unknown", "nobody", country, first, last, self.private(country, first, last)


def main():
    rng = random.Random(SEED)
    maker = Maker(rng)
    school_list, town_list = sorted(schools(sys.argv[1])), sorted(towns(sys.argv[2]))
    kinds = [(maker.corporate, 400), (maker.freelance, 240), (maker.disposable, 30), (maker.unknown, 20),
             (lambda: maker.public(town_list), 130), (lambda: maker.education(school_list), 130)]
    lines = [f"# written by train.py, seed {SEED}\n"]
    for make, wanted in kinds:
        for _ in range(wanted):
            label, kind, country, first, last, email = make()
            number = draw_vat(rng, country, kind)
            if kind != "nobody" and rng.random() < 0.06:
                number = spoil(rng, number)
            lines.append("\t".join([label, first, last, email, number]) + "\n")
    Path(__file__).with_name("train.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
