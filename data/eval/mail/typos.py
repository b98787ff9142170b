"""Makes typos.tsv: what people write instead of a provider's domain, and what they meant.

Independent of how the product measures: one or two blind slips at places drawn at random, plus slips
in the ending. A slip that is a real domain is left out, and so is another name of up to three
letters: any of them is somebody's.
Run: python3 typos.py (seed 20261124)
"""

import pathlib
import random
import string

HERE = pathlib.Path(__file__).parent
# Domain and how often it is drawn: as customers of a firm in Europe have them.
DOMAINS = {
    "gmail.com": 60, "hotmail.com": 25, "yahoo.com": 20, "outlook.com": 18, "icloud.com": 14,
    "libero.it": 14, "hotmail.it": 10, "yahoo.it": 9, "live.it": 4, "outlook.it": 5, "tiscali.it": 6,
    "virgilio.it": 6, "alice.it": 5, "tin.it": 2, "fastwebnet.it": 4, "inwind.it": 3, "email.it": 2,
    "legalmail.it": 4, "orange.fr": 9, "wanadoo.fr": 8, "free.fr": 6, "sfr.fr": 4, "laposte.net": 6,
    "hotmail.fr": 8, "yahoo.fr": 6, "gmx.de": 7, "gmx.net": 5, "web.de": 7, "t-online.de": 8,
    "freenet.de": 4, "hotmail.de": 3, "yahoo.de": 3, "gmx.at": 2, "bluewin.ch": 4, "telenet.be": 4,
    "skynet.be": 3, "ziggo.nl": 3, "hotmail.nl": 3, "planet.nl": 2, "wp.pl": 3, "onet.pl": 3,
    "interia.pl": 3, "o2.pl": 2, "seznam.cz": 5, "centrum.cz": 2, "abv.bg": 2, "sapo.pt": 3,
    "hotmail.es": 5, "yahoo.es": 4, "telefonica.net": 2, "hotmail.co.uk": 6, "yahoo.co.uk": 6,
    "btinternet.com": 5, "sky.com": 2, "eircom.net": 2, "otenet.gr": 2, "freemail.hu": 2,
    "citromail.hu": 1, "azet.sk": 1, "inbox.lv": 1, "mail.ru": 3, "yandex.ru": 3, "protonmail.com": 4,
    "googlemail.com": 3, "comcast.net": 3, "aol.com": 4, "msn.com": 3, "live.com": 4, "me.com": 2,
    "uol.com.br": 2, "rediffmail.com": 2, "naver.com": 2, "telia.com": 1, "online.no": 1,
}  # fmt: skip
KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
COUNT = 1_200


def beside(letter):
    for row, keys in enumerate(KEYS):
        column = keys.find(letter)
        if column >= 0:
            near = [keys[c] for c in (column - 1, column + 1) if 0 <= c < len(keys)]
            for other in (row - 1, row + 1):
                if 0 <= other < 3:
                    near += KEYS[other][max(0, column - 1) : column + 1]
            return near
    return list(string.ascii_lowercase)


def slip(rng, word):
    at = rng.randrange(len(word))
    kind = rng.choices(["swap", "drop", "double", "beside", "add", "other"], [22, 28, 12, 20, 8, 10])[0]
    letter = word[at]
    if kind == "swap" and at + 1 < len(word):
        return word[:at] + word[at + 1] + letter + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + letter + word[at:]
    new = rng.choice(beside(letter) if kind == "beside" else string.ascii_lowercase)
    return word[:at] + new + word[at + (kind != "add") :]


def misspell(rng, domain):
    kind = rng.choices(["anywhere", "label", "twice", "suffix"], [40, 35, 10, 15])[0]
    label, suffix = domain.split(".", 1)
    if kind == "anywhere":
        return slip(rng, domain)
    if kind == "label":
        return f"{slip(rng, label)}.{suffix}"
    if kind == "twice":
        return f"{slip(rng, slip(rng, label))}.{suffix}" if len(label) > 5 else slip(rng, domain)
    return f"{label}.{slip(rng, suffix)}"


def is_address_of(domain):
    labels = domain.split(".")
    return len(labels) > 1 and all(labels) and len(labels[-1]) > 1 and not any(
        label[0] == "-" or label[-1] == "-" for label in labels
    )


def main():
    rng = random.Random(20261124)
    lines = (HERE.parent.parent / "mail" / "providers.tsv").read_text().splitlines()
    lines += (HERE / "real.tsv").read_text().splitlines()
    real = {line.split("\t")[0] for line in lines}
    typos = {}
    while len(typos) < COUNT:
        meant = rng.choices(list(DOMAINS), list(DOMAINS.values()))[0]
        written = misspell(rng, meant)
        label, other = written.split(".")[0], meant.split(".")[0]
        is_anybodys = len(label) <= 3 and label != other
        if written not in real and is_address_of(written) and not is_anybodys:
            typos.setdefault(written, meant)
    body = "".join(f"{written}\t{meant}\n" for written, meant in sorted(typos.items()))
    header = "# Made by typos.py: what is written, what was meant. November 2026.\n"
    (HERE / "typos.tsv").write_text(header + body)


if __name__ == "__main__":
    main()
