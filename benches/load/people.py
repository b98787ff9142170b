"""Customers made up, no two alike: names as common as they are in life, and VAT numbers that hold."""

import random
from itertools import accumulate, islice
from pathlib import Path

NAMES = Path(__file__).parents[2] / "data/names/names.txt"
FIRMS = ("srl", "spa", "gmbh", "ltd", "group", "studio")
MAILBOXES = ("gmail.com", "outlook.com", "libero.it", "web.de", "yahoo.com")
# Names at once.
DRAWN = 1000


class People:
    """An endless supply of persons; the same seed gives the same persons."""

    def __init__(self, seed=1):
        self.random = random.Random(seed)
        self.firsts, self.lasts = names()
        self.number = 0
        self.endless = self.generate()

    def take(self, count):
        """So many more persons: first name, last name, email, VAT number."""
        return list(islice(self.endless, count))

    def generate(self):
        """Persons, one after the other; names are drawn many at a time, which is quicker."""
        while True:
            firsts = self.random.choices(self.firsts[0], cum_weights=self.firsts[1], k=DRAWN)
            lasts = self.random.choices(self.lasts[0], cum_weights=self.lasts[1], k=DRAWN)
            yield from map(self.person, firsts, lasts)

    def person(self, first, last):
        """The next person, called so."""
        self.number += 1
        # Spread, so that neighbours in time are no neighbours in an index; prime to ten million.
        spread = self.number * 7_368_787 % 10_000_000
        digits = f"{spread:07}015"
        domain = MAILBOXES[spread % 5] if spread % 3 == 0 else f"{last}-{FIRMS[spread % 6]}.it"
        email = f"{first}.{last}{spread}@{domain}"
        return first.capitalize(), last.capitalize(), email, f"IT{digits}{check_digit(digits)}"


def names():
    """First names and last names in use; how often each is, summed up."""
    both = ([], []), ([], [])
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        word, _, steps = line.partition(" ")
        if line.startswith("#") or not word.isascii() or not word.isalpha():
            continue
        for (words, weights), step in zip(both, steps):
            if step != "0":
                words.append(word)
                weights.append(2 ** int(step, 16))
    return [(words, list(accumulate(weights))) for words, weights in both]


def check_digit(digits):
    """The last digit of an Italian VAT number."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return -sum(value // 10 + value % 10 for value in doubled) % 10
