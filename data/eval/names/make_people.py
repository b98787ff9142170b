"""Makes people.tsv: first and last names of every culture that Faker (pip install Faker==37.12.0)
knows, drawn with a fixed seed; nothing here is learnt from."""

import pathlib, re
from faker import Faker
from faker.config import AVAILABLE_LOCALES

PEOPLE = 70
# Locales that draw from the lists of another one, or without a surname of their own in Latin letters.
SAME = set("en en_AU en_CA en_NZ en_MS dk_DK fr_QC de es es_CA ar_BH ar_JO el_CY it_CH la lb_LU ng_NG ar_AE ar_EG".split())
KNOWN = re.compile(r"[\s'’.\-A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1fff]+")

lines = []
for locale in sorted(set(AVAILABLE_LOCALES) - SAME):
    fake = Faker(locale)
    fake.seed_instance(20261124)
    drawn = {}
    for _ in range(40 * PEOPLE):
        first, last = fake.first_name().strip(), fake.last_name().strip()
        if KNOWN.fullmatch(first) and KNOWN.fullmatch(last) and (first, last) not in drawn:
            drawn[first, last] = None
        if len(drawn) == PEOPLE:
            break
    lines += [f"{locale}\t{first}\t{last}" for first, last in drawn]
head = "# Culture (locale), first name, last name. Made by make_people.py, November 2026.\n"
out = pathlib.Path(__file__).with_name("people.tsv")
out.write_text(head + "".join(line + "\n" for line in dict.fromkeys(lines)), "utf8")
