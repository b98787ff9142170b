"""Writes train.tsv and test.tsv: records that are genuine and records that are not, by which the
quality of a record is fitted and judged.

    pip install faker==40.63.0 python-stdnum==2.2
    python make.py

A row: genuine or fake, first name, last name, email, VAT number. Genuine records have the slips of
people in a hurry (a digit, a domain, capitals, the names in the wrong fields); fake ones are what
people type to get past a form: keyboard noise, placeholders, throw-away mailboxes, invented VAT
numbers beside an ordinary name. The two parts are made by different hands: the training part with
Faker's names and noise of rows of the keyboard; the judging part with the names of
../category/judge.py and fakes written by hand or by syllables, in other shares.
"""

import random
import string
import sys
from pathlib import Path

from faker import Faker

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "category"))

from judge import CORPORATE, NAMES, folded  # noqa: E402
from vat import draw_vat, drawn, spoil  # noqa: E402

SEED = 31_337
LOCALES = {"IT": "it_IT", "DE": "de_DE", "FR": "fr_FR", "ES": "es_ES", "PT": "pt_PT", "NL": "nl_NL", "PL": "pl_PL",
           "SE": "sv_SE", "GB": "en_GB", "RO": "ro_RO", "CZ": "cs_CZ", "FI": "fi_FI", "DK": "da_DK"}
PRIVATE = "gmail.com outlook.com hotmail.com yahoo.com icloud.com gmx.de web.de libero.it orange.fr wp.pl seznam.cz".split()
SLIPS = {"gmail.com": ["gmial.com", "gmail.con", "gmal.com"], "hotmail.com": ["hotmial.com", "hotmail.co"], "yahoo.com": ["yaho.com"],
         "libero.it": ["libreo.it", "liber.it"], "orange.fr": ["ornage.fr"], "gmx.de": ["gmx.dee"], "outlook.com": ["outlok.com"]}
THROW_AWAY = "mailinator.com yopmail.com guerrillamail.com 10minutemail.com trashmail.com sharklasers.com maildrop.cc getnada.com".split()
ROLES = "info office sales amministrazione buchhaltung contact".split()
WALKS = "qwertyuiop asdfghjkl zxcvbnm qwertz azerty 1234567890".split()
HAND = """asdf asdf|test test|xx yy|aaa bbb|foo bar|qwe rty|test user|abc def|nome cognome|max mustermann1|asd asd
no name|xxx xxx|fake fake|1234 5678|a a|prova prova|none none|hjkl hjkl|zzzz zzzz|first last|dfgdfg gfdgfd|null null
mickey m0use|blah blah|x x|sdfsdf sdfsdf|nn nn|admin admin|customer1 customer1""".replace("\n", "|").split("|")


def noise(rng):
    walk = rng.choice(WALKS[:5])
    start = rng.randrange(len(walk) - 3)
    return rng.choice([walk[start : start + rng.randint(3, 6)], "".join(rng.choices("asdfghjkl", k=rng.randint(4, 8))), rng.choice(string.ascii_lowercase) * rng.randint(2, 5)])


def invented(rng, country):
    """What somebody types who has no VAT number: the general form, or one's own form with digits at random."""
    if rng.random() < 0.6:
        digits = rng.choice(["12345678901", "11111111111", "00000000000", drawn(rng, "99999999999"), drawn(rng, "99999999999")])
        return rng.choice([country, "IT", "IT"]) + digits
    return spoil(rng, draw_vat(rng, country, "company"))


def honest_address(rng, first, last, own):
    f, l = folded(first), folded(last)
    if rng.random() < 0.5:
        local = rng.choice([f"{f}.{l}", f"{f}{l}", f"{l}{rng.randint(1, 99)}", f"{f[:1]}{l}"])
        return local, rng.choice(PRIVATE)
    return rng.choice([f"{f}.{l}", f"{f[:1]}.{l}", f, rng.choice(ROLES)]), own


def genuine(rng, country, first, last, own, slip):
    local, domain = honest_address(rng, first, last, own)
    number = draw_vat(rng, country, rng.choice(["company", "person"]))
    if rng.random() < slip:
        number = spoil(rng, number)
    if rng.random() < 0.03 and domain in SLIPS:
        domain = rng.choice(SLIPS[domain])
    if rng.random() < 0.006:
        domain = rng.choice(THROW_AWAY)
    if rng.random() < 0.04:
        style = rng.choice([str.lower, str.upper])
        first, last = style(first), style(last)
    if rng.random() < 0.02:
        first, last = last, first
    return "genuine", first, last, f"{local}@{domain}", number


def fake(rng, country, first, last, junk, shares):
    kind = rng.choices(["junk", "throw-away", "invented"], shares)[0]
    local, domain = honest_address(rng, first, last, f"{folded(last)}.{country.lower()}")
    number = invented(rng, country) if rng.random() < 0.9 else draw_vat(rng, country, "company")
    if kind == "junk":
        first, last = junk
        local = rng.choice([folded(first) or "x", folded(last) or "y", noise(rng)])
        domain = rng.choice(PRIVATE + THROW_AWAY[:3] + ["test.com", "aaa.com"])
    if kind == "throw-away":
        domain = rng.choice(THROW_AWAY)
    return "fake", first, last, f"{local}@{domain}", number


def syllables(rng):
    return "".join(rng.choice("bcdfghjklmnpqrstvwxz") + rng.choice("bcdfghkmpqrtvwxzaeiou") for _ in range(rng.randint(2, 4)))


def training(rng):
    fakers = {country: Faker(locale) for country, locale in LOCALES.items()}
    for country, faker in fakers.items():
        faker.seed_instance(f"{SEED} {country}")
    for _ in range(900):
        country = rng.choice(list(LOCALES))
        faker = fakers[country]
        first, last = faker.first_name(), faker.last_name()
        own = folded(faker.company())[:25] + "." + country.lower()
        if rng.random() < 0.85:
            yield genuine(rng, country, first, last, own, 0.05)
        else:
            yield fake(rng, country, first, last, (noise(rng), noise(rng)), [50, 22, 28])


def judging(rng):
    for _ in range(900):
        country = rng.choice(list(CORPORATE))
        first, last = rng.choice(NAMES[country].split(",")).split(" ", 1)
        own = rng.choice(CORPORATE[country].split())
        if rng.random() < 0.83:
            yield genuine(rng, country, first, last, own, 0.04)
        else:
            junk = rng.choice(HAND).split(" ") if rng.random() < 0.6 else (syllables(rng), syllables(rng))
            yield fake(rng, country, first, last, junk, [55, 25, 20])


def write(name, rows):
    lines = [f"# written by make.py, seed {SEED}\n", *("\t".join(row) + "\n" for row in rows)]
    (HERE / name).write_text("".join(lines), encoding="utf-8")


def main():
    write("train.tsv", training(random.Random(SEED)))
    write("test.tsv", judging(random.Random(SEED + 1)))


if __name__ == "__main__":
    main()
