"""Makes words.txt: the words and names of people that are near a provider's label.

Somebody who is called so, or sells that, may own such a domain: libro.it is no slip for libero.it.
Needs Debian's packages wamerican, wbritish, wcatalan, wdanish, wdutch, wfrench, witalian,
wngerman, wportuguese, wspanish, wswedish, and Faker 40.63.0 (PyPI). Run: python3 words.py
"""

import importlib
import pathlib
import pkgutil
import re
import unicodedata

import faker.providers.person as person

HERE = pathlib.Path(__file__).parent
HEADER = """# Words and names of people that are near a provider's label, folded: made by words.py from Debian's
# word lists and the names of Faker 40.63.0 (PyPI). November 2026.
"""
# The best known of all slips, whatever else they mean: gail.com and gemail.com for gmail.com.
NO_WORDS = {"gail", "gemail"}
DICTIONARIES = """american-english british-english catalan danish dutch french italian ngerman
portuguese spanish swedish""".split()


def fold(word):
    word = word.replace("ß", "ss").replace("ø", "o").replace("æ", "ae").replace("ł", "l")
    letters = unicodedata.normalize("NFD", word.lower())
    return re.sub(r"[^a-z]", "", "".join(c for c in letters if not unicodedata.combining(c)))


def from_dictionaries():
    for name in DICTIONARIES:
        data = pathlib.Path("/usr/share/dict", name).read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        yield from text.split()


def from_names():
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for attribute, names in vars(provider).items():
            if attribute.startswith(("first_name", "last_name")) and hasattr(names, "__iter__"):
                yield from (name for name in names if isinstance(name, str))


def deletions(word, depth):
    """The word and what is left of it without up to `depth` letters."""
    words = {word}
    for _ in range(depth):
        words |= {w[:i] + w[i + 1 :] for w in words for i in range(len(w))}
    return words


def labels_by_slips():
    """The labels that one slip leads to, and those that two do: see `tolerance` in typo.rs."""
    one, two = set(), set()
    for line in (HERE / "providers.tsv").read_text().splitlines():
        if line[0] == "#":
            continue
        domain, reach, kind = line.split("\t")
        label = domain.split(".")[0]
        if len(label) >= {"great": 3, "large": 4, "small": 5}[reach] and (reach, kind) != ("small", "word"):
            one.add(label)
        if len(label) >= {"great": 7, "large": 9, "small": 99}[reach]:
            two.add(label)
    return one, two


def main():
    words = {word for word in map(fold, [*from_dictionaries(), *from_names()]) if len(word) > 2}
    found = set()
    for slips, labels in enumerate(labels_by_slips(), 1):
        near = {part for label in labels for part in deletions(label, slips)}
        longest = max(map(len, labels)) + slips
        found |= {w for w in words if len(w) <= longest and not near.isdisjoint(deletions(w, slips))}
    lines = "\n".join(sorted(found - NO_WORDS))
    (HERE / "words.txt").write_text(f"{HEADER}{lines}\n")


if __name__ == "__main__":
    main()
