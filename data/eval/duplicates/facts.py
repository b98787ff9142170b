"""What every generator may know without becoming alike: names with frequencies, VAT numbers with
right check digits, spelling in plain letters, and how a set is written. No corruption is in here."""

import unicodedata

from faker import Faker
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat

COLUMNS = ("record-id", "person-id", "first-name", "last-name", "email", "vat-number")

# Shapes of national numbers: '#' is a digit, '@' a letter; check digits are found by trying.
SHAPES = {
    "IT": "###########", "DE": "#########", "FR": "###########", "ES": "B########", "GB": "#########",
    "PL": "##########", "NL": "#########B01", "PT": "5########", "RO": "########", "SE": "##########01",
    "EL": "0########", "AT": "U########", "BE": "0#########", "CZ": "########", "BG": "#########",
    "DK": "########", "FI": "########", "HU": "########", "HR": "###########", "SI": "########",
}
COUNTRY = {
    "it_IT": "IT", "de_DE": "DE", "fr_FR": "FR", "es_ES": "ES", "en_GB": "GB", "pl_PL": "PL", "nl_NL": "NL",
    "pt_PT": "PT", "ro_RO": "RO", "sv_SE": "SE", "el_GR": "EL", "de_AT": "AT", "nl_BE": "BE", "cs_CZ": "CZ",
    "bg_BG": "BG", "da_DK": "DK", "fi_FI": "FI", "hu_HU": "HU", "hr_HR": "HR", "sl_SI": "SI",
}


def fill(shape, rng):
    letter = lambda: rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
    return "".join(rng.choice("0123456789") if c == "#" else letter() if c == "@" else c for c in shape)


def is_right(number):
    return gb_vat.is_valid(number[2:]) if number[:2] == "GB" else eu_vat.is_valid(number)


def right_vat(country, rng):
    """A number that python-stdnum accepts."""
    while True:
        number = country + fill(SHAPES[country], rng)
        if is_right(number):
            return number


def general_vat(country, rng):
    """The published general form: two letters and eleven digits, whatever the country issues."""
    return country + fill("###########", rng)


def wrong_vat(country, rng):
    """The country's form with check digits that fail."""
    first_digit = {"DE0": "DE1", "RO0": "RO1", "CZ9": "CZ2"}
    while True:
        number = country + fill(SHAPES[country], rng)
        number = first_digit.get(number[:3], number[:3]) + number[3:]
        if not is_right(number):
            return number


SINGLE = str.maketrans({
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ı": "i",
    "’": "'",
})
GREEK = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "a v g d e z i i k l m n x o p r s s t y f o".split()))
GREEK |= {"θ": "th", "χ": "ch", "ψ": "ps"}
CYRILLIC = dict(zip("абвгдезийклмнопрстуфъь", "a b v g d e z i y k l m n o p r s t u f a y".split()))
CYRILLIC |= {"ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ю": "yu", "я": "ya"}
OTHER_SCRIPTS = GREEK | CYRILLIC


def letter_in_latin(letter):
    plain = OTHER_SCRIPTS.get(letter.lower())
    return letter if plain is None else plain if letter.islower() else plain.capitalize()


def plain(text):
    """Without diacritics, in Latin letters: é to e, ł to l, Π to P; й keeps its own letter."""
    joined = unicodedata.normalize("NFC", text.translate(SINGLE))
    latin = "".join(letter_in_latin(c) for c in joined.replace("ου", "ou").replace("Ου", "Ou"))
    split = unicodedata.normalize("NFD", latin)
    bare = "".join(c for c in split if not unicodedata.combining(c))
    return "".join(letter_in_latin(c) for c in bare)


def mail_word(text):
    """The letters and digits of a name as they go into an address."""
    return "".join(c for c in plain(text).lower() if c.isascii() and c.isalnum())


class Names:
    """The names that Faker knows of one locale, drawn evenly or with Zipf-like frequencies."""

    def __init__(self, locale, rng, exponent):
        fake = Faker(locale)
        fake.seed_instance(rng.randrange(1 << 30))
        self.fake, self.rng = fake, rng
        self.country = COUNTRY[locale]
        self.first = {s: self.ranked(getattr(fake, f"first_name_{s}"), exponent * 0.8) for s in ("male", "female")}
        self.last = {s: self.ranked(getattr(fake, f"last_name_{s}"), exponent) for s in ("male", "female")}

    def ranked(self, draw, exponent):
        """Each known name with its cumulated weight; which name is how common is left to the seed."""
        names = sorted({draw() for _ in range(6000)})
        self.rng.shuffle(names)
        total, weights = 0.0, []
        for rank in range(len(names)):
            total += 1 / (rank + 4) ** exponent
            weights.append(total)
        return names, weights

    def draw(self, which, sex):
        names, weights = getattr(self, which)[sex]
        return self.rng.choices(names, cum_weights=weights)[0]


def write(path, rows, rng):
    """Shuffles the rows (person, first, last, email, vat), numbers records and persons, writes them."""
    rng.shuffle(rows)
    numbers = {}
    with open(path, "w", encoding="utf-8") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for record, (person, *fields) in enumerate(rows, 1):
            assert all(f and f == f.strip() and "\t" not in f for f in fields), fields
            number = numbers.setdefault(person, len(numbers) + 1)
            file.write("\t".join([str(record), str(number), *fields]) + "\n")
    print(f"{path}: {len(rows)} records, {len(numbers)} persons")
