"""Draws right VAT numbers of a kind of payer, with the check digits of python-stdnum 2.2."""

import string

from stdnum.eu import vat as eu
from stdnum.gb import vat as gb
from stdnum.nl import bsn
from stdnum.ch import vat as ch
from stdnum.no import mva as no

D = string.digits
# What each kind's number looks like: 9 is any digit, 1 any but 0, A any letter, a set in brackets
# one of it. Where a country has no kinds, there is one form.
FORMS = {
    "AT": "U99999999", "BE": "0[45678]99999999", "BG": {"company": "[12]99999999", "person": "8[0]0[1-9][12]99999"},
    "CZ": {"company": "[02456]9999999", "person": "8[0-9]0[1-9][12]99999"}, "DE": "[123]99999999", "DK": "[123]9999999",
    "EE": "10[0-2]999999", "GR": {"company": "[89]99999999", "person": "[01][1-7]9999999", "public": "09999999[0-9]", "school": "09[0]999999"},
    "ES": {"company": "[AB][0-9]9999999", "person": "99999999A", "public": "[PQS]9999999A", "school": "Q9999999A"},
    "FI": "[0123]9999999", "FR": {"company": "99[345789]99999999", "person": "99[3-9]99999999", "public": "992[1][0-9][0-9]09999", "school": "9919[0-9][0-9]99999"},
    "HR": "99999999999", "HU": {"company": "[12]9999999", "person": "[56]9999999", "public": "15[37]99999", "school": "15[3]99999"},
    "IE": {"company": "[3-9]999999AH", "person": "[1-9]999999A"}, "IT": {"company": "0[0-9]999990[0-9]09", "public": "[089]0[0-9]99990[0-9]09", "school": "[89]0[0-9]99990[0-9]09"},
    "LT": {"company": "[1-3]999999[1]9", "person": "1000[0-1]99999[1]9"}, "LV": {"company": "[45]0[0-9]99999999", "person": "[12][0-9]0[1-9]8[0-9][1]9999", "public": "9[0]999999999", "school": "9[0]999999999"},
    "NL": {"company": "[08]99999999B0[1-3]", "person": "[1-9]99999999B[0-9][1-9]"}, "PL": "[56789]99999999[0-9]",
    "PT": {"company": "5[0-1]9999999", "person": "[12]99999999", "public": "[56]9999999[0-9]", "school": "[56]99999999"},
    "RO": "[1-4]9999999", "SE": {"company": "55[6-9]9999999[0]1", "person": "[6-9]9[0][1-9][12][0-8]999901", "public": "2[12][2]99999990[1]", "school": "2[0]2[1]99999901"},
    "SI": "[1-9]9999999", "SK": {"company": "2[02][0-9]9999999", "person": "1[0][2-4]9999999"},
    "GB": {"company": "[1-9]99999999", "public": "GD[0-4]99"}, "CH": "E9999999[0-9]9MWST", "NO": "[89]99999999MVA",
}
PREFIX = {"GR": "EL"}
TRIES = 200_000


def drawn(rng, form):
    out, i = [], 0
    while i < len(form):
        sign = form[i]
        if sign == "[":
            end = form.index("]", i)
            choices = form[i + 1 : end]
            if "-" in choices:
                choices = "".join(D[int(choices[0]) : int(choices[2]) + 1])
            sign, i = rng.choice(choices), end
        elif sign == "9":
            sign = rng.choice(D)
        elif sign == "A":
            sign = rng.choice(string.ascii_uppercase)
        out.append(sign)
        i += 1
    return "".join(out)


def is_valid(number):
    module = {"GB": gb, "CH": ch, "NO": no}.get(number[:2])
    return module.is_valid(number) if module else eu.is_valid(number)


def draw_vat(rng, country, kind):
    """A number of the country that a payer of the kind could have."""
    if kind == "nobody":
        return rng.choice(["ZZ", "QX", "DE", "AT", "XX", "ES"]) + drawn(rng, "99999999999")
    forms = FORMS[country]
    form = forms if isinstance(forms, str) else forms.get(kind, forms["company"])
    for _ in range(TRIES):
        number = PREFIX.get(country, country) + drawn(rng, form)
        # Since 2020 the Dutch number of a person in business no longer holds the old check.
        if is_valid(number) and (country != "NL" or bsn.is_valid(number[2:11]) == (kind != "person")):
            return number
    raise SystemExit(f"no valid number for {country} {kind} {form}")


def spoil(rng, number):
    """The number with its check digit, mostly its last digit, changed."""
    end = -2 if number.startswith("SE") else None
    place = max(i for i, sign in enumerate(number[:end]) if sign.isdigit())
    return number[:place] + rng.choice([d for d in D if d != number[place]]) + number[place + 1 :]
