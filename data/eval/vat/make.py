"""Writes numbers.tsv: VAT numbers of every country that tests/fixtures/vat covers, with the verdict
of python-stdnum 2.2, for judging customer::vat on numbers it was not developed with.

    pip install python-stdnum==2.2
    python make.py

Unlike tests/fixtures/vat/make.py, which draws from the forms of each country, this starts from the
numbers that python-stdnum finds valid among random texts of random length and spoils them as people
do: a digit changed, two neighbours swapped, a digit doubled or left out, the prefix of another
country. Only days of birth and Maltese check digits (01 to 37) are drawn as they are issued: there
tests/vat.rs names why customer::vat is stricter than python-stdnum. What the product would refuse (neither form of its country nor the general form) is kept:
for those both say that the structure is wrong.

A row: number, verdict (valid, checksum, structure).
"""

import importlib
import random
import string
from pathlib import Path

import stdnum
from stdnum.exceptions import InvalidChecksum, ValidationError

SEED = 90_417
VERSION = "2.2"
VALID = 43
TRIES = 2_000_000

MODULES = {
    "AT": "at.uid", "BE": "be.vat", "BG": "bg.vat", "CY": "cy.vat", "CZ": "cz.dic", "DE": "de.vat", "DK": "dk.cvr",
    "EE": "ee.kmkr", "EL": "gr.vat", "ES": "es.nif", "FI": "fi.alv", "FR": "fr.tva", "GB": "gb.vat", "HR": "hr.oib",
    "HU": "hu.anum", "IE": "ie.vat", "IT": "it.iva", "LT": "lt.pvm", "LU": "lu.tva", "LV": "lv.pvn", "MT": "mt.vat",
    "NL": "nl.btw", "PL": "pl.nip", "PT": "pt.nif", "RO": "ro.cf", "SE": "se.vat", "SI": "si.ddv", "SK": "sk.dph",
    "XI": "gb.vat", "CH": "ch.vat", "NO": "no.mva", "RS": "rs.pib", "TR": "tr.vkn", "UA": "ua.edrpou", "IS": "is_.vsk",
}
WITHOUT_PREFIX = {"RS", "TR", "UA"}
OTHER_FORMS = {"TR": (11, "tr.tckimlik"), "UA": (10, "ua.rntrc"), "NO": (9, "no.orgnr"), "CH": (10, "ch.uid")}
LENGTHS = {
    "AT": [8], "BE": [10], "BG": [9, 10], "CY": [8], "CZ": [8, 9, 10], "DE": [9], "DK": [8], "EE": [9], "EL": [9], "ES": [8], "FI": [8],
    "FR": [9, 11], "GB": [9, 12], "HR": [11], "HU": [8], "IE": [7], "IT": [11], "LT": [9, 12], "LU": [8], "LV": [11], "MT": [8],
    "NL": [9], "PL": [10], "PT": [9], "RO": [6, 7, 8, 9, 13], "SE": [10], "SI": [8], "SK": [10], "XI": [9, 12], "CH": [9], "NO": [9],
    "RS": [9], "TR": [10], "UA": [8], "IS": [5, 6],
}


def verdict(number):
    prefix, body = number[:2], number[2:]
    text = body if prefix in WITHOUT_PREFIX else number
    module = MODULES[prefix]
    # Forms that python-stdnum keeps in modules of their own.
    if prefix in OTHER_FORMS and len(body) == OTHER_FORMS[prefix][0]:
        module, text = OTHER_FORMS[prefix][1], body
    try:
        importlib.import_module(f"stdnum.{module}").validate(text)
    except InvalidChecksum:
        return "checksum"
    except ValidationError:
        return "structure"
    return "valid"


def digits(rng, count):
    return "".join(rng.choice(string.digits) for _ in range(count))


def dress(rng, prefix, body):
    """What stands around the digits in some countries."""
    letter = lambda: rng.choice(string.ascii_uppercase)
    match prefix:
        case "AT":
            return "U" + body
        case "CH":
            return "E" + body + rng.choice(["MWST", "TVA", "IVA"])
        case "NO":
            return body + "MVA"
        case "CY":
            return body + letter()
        case "ES":
            return rng.choice([letter() + body, body + letter(), letter() + body[1:] + letter()])
        case "FR" if len(body) == 9:
            return rng.choice(["", letter()]) .ljust(1, rng.choice(string.digits)) + rng.choice(string.digits + letter()) + body
        case "IE":
            return body + rng.choice([letter(), letter() + rng.choice("ABHW")])
        case "NL":
            return body + "B" + digits(rng, 2)
        case "SE":
            return body + "01"
        case "LT":
            return body[:-2] + "1" + body[-1]
        case "CZ" if len(body) > 8:
            month = rng.randint(1, 12) + rng.choice([0, 50])
            return f"{body[:2]}{month:02d}{rng.randint(1, 28):02d}{body[6:]}"
        case "MT":
            return rng.choice("123456789") + body[1:6] + f"{rng.randint(1, 37):02d}"
        case "DK" | "SI" | "PT" | "DE" | "SK":
            return rng.choice("123456789") + body[1:]
        case "BE":
            return rng.choice("01") + body[1:]
    return body


def valid_numbers(rng, prefix):
    found = set()
    for _ in range(TRIES):
        number = prefix + dress(rng, prefix, digits(rng, rng.choice(LENGTHS[prefix])))
        if verdict(number) == "valid":
            found.add(number)
            if len(found) == VALID:
                break
    return sorted(found)


def slips(rng, number):
    """The number as people get it wrong."""
    places = [i for i in range(2, len(number)) if number[i].isdigit()]
    i = rng.choice(places)
    yield number[:i] + rng.choice(string.digits.replace(number[i], "")) + number[i + 1 :]
    swaps = [j for j in places if j + 1 in places and number[j] != number[j + 1]]
    if swaps:
        j = rng.choice(swaps)
        yield number[:j] + number[j + 1] + number[j] + number[j + 2 :]
    kind = rng.randrange(4)
    if kind == 0:
        yield number[:i] + number[i + 1 :]
    elif kind == 1:
        yield number[:i] + number[i] + number[i:]
    elif kind == 2:
        yield rng.choice(sorted(MODULES)) + number[2:]
    else:
        yield number[:2] + digits(rng, 11)


def main():
    if stdnum.__version__ != VERSION:
        raise SystemExit(f"python-stdnum {VERSION} is needed, not {stdnum.__version__}")
    rows = {}
    for prefix in sorted(MODULES):
        rng = random.Random(f"{SEED} {prefix}")
        for number in valid_numbers(rng, prefix):
            for one in [number, *slips(rng, number)]:
                rows[one] = verdict(one)
    head = f"# python-stdnum {VERSION}, make.py, seed {SEED}: {len(rows)} numbers\n"
    lines = "".join(f"{number}\t{judged}\n" for number, judged in sorted(rows.items()))
    Path(__file__).with_name("numbers.tsv").write_text(head + lines, encoding="ascii")


if __name__ == "__main__":
    main()
