"""test-c: what an outsider writes in half an hour to try the product: Faker's records as they come, a
fifth of them entered again with one or two random slips. Nothing here is shared with the others but
the way a set is written."""

import random

from faker import Faker

from facts import write

LOCALES = ["it_IT", "it_IT", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def customer(fake, rng):
    first, last = fake.first_name(), fake.last_name()
    named = f"{first}.{last}".lower().replace(" ", "").replace("'", "")
    named = named if named.isascii() else fake.user_name()
    email = rng.choice([f"{named}@{fake.free_email_domain()}", f"{named}@{fake.domain_name()}", fake.ascii_email()])
    return [first, last, email.lower(), rng.choice(["IT", "IT", "DE", "FR"]) + f"{rng.randrange(10**11):011}"]


def one_edit(text, alphabet, rng):
    at = rng.randrange(len(text))
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + rng.choice(alphabet) + text[at + 1:]
    if kind == 1 and len(text) > 3:
        return text[:at] + text[at + 1:]
    if kind == 2:
        return text[:at] + rng.choice(alphabet) + text[at:]
    return text[:at] + text[at:at + 2][::-1] + text[at + 2:]


def slip(record, fake, rng):
    first, last, email, vat = record
    local, domain = email.split("@")
    at = rng.randrange(2, 13)
    return rng.choice([
        [one_edit(first, LETTERS, rng), last, email, vat],
        [first, one_edit(last, LETTERS, rng), email, vat],
        [first, last, f"{one_edit(local, LETTERS, rng).strip('.').replace('..', '.')}@{domain}", vat],
        [first, last, f"{local}@{fake.free_email_domain()}", vat],
        [first, last, email, vat[:at] + rng.choice("0123456789") + vat[at + 1:]],
        [first.upper(), last.upper(), email, vat], [first.lower(), last.lower(), email, vat],
        [last, first, email, vat], [f"{first[0]}.", last, email, vat],
    ])


def make(path, seed, persons, share):
    rng = random.Random(seed)
    fakes = [Faker(locale) for locale in LOCALES]
    for number, fake in enumerate(fakes):
        fake.seed_instance(seed + number)
    rows = [(person, *customer(rng.choice(fakes), rng)) for person in range(persons)]
    for person, *record in rng.sample(rows, int(persons * share)):
        for _ in range(rng.choice([1, 2])):
            record = slip(record, fakes[0], rng)
        rows.append((person, *[field.strip(" -'") or "X" for field in record]))
    write(path, rows, rng)


if __name__ == "__main__":
    make("test-c.tsv", 4711, 2000, 0.2)
