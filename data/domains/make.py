"""Writes education.txt and municipality.txt: domains of single universities and towns, as facts.

    python make.py UNIVERSITIES.json SWISS.json GERMAN_FEDERAL.csv TOWNS_FOLDER

- UNIVERSITIES.json: world_universities_and_domains.json of university-domains-list (Hipo, MIT),
  June 2026
- SWISS.json: output/domains/domains_ch.json of the MXmap project (MIT), April 2026
- GERMAN_FEDERAL.csv: data/domains.federal.csv of german-gov-domains (CC0), October 2020
- TOWNS_FOLDER: data/municipalities_<country>.json of mxmap.it (MIT), July 2026

What a rule of suffix.txt or words.tsv says anyway (.edu, .ac.uk, gov.xx, stadt-….de) is left out,
and so are small towns of Germany and Spain: the files are to stay small.
"""

import csv
import json
import re
import sys
from pathlib import Path

HEADS = {
    "education": "universities: university-domains-list (Hipo, MIT), June 2026",
    "municipality": "towns and German federal authorities: mxmap.it and MXmap (MIT), July 2026;\n"
    "# german-gov-domains (CC0), October 2020",
}
ACADEMIC = re.compile(r"(^|\.)(edu|(edu|ac|sch)\.[a-z]{2})$")
OFFICIAL = re.compile(r"(^|\.)(gov|(gov|gv|gouv|gob|bel|pol|kommune)\.[a-z]{2})$")
PLAIN = re.compile(r"^(stadt|gemeinde|markt|vg|cm|mairie|ville|dimos|obcina|opcina|mesto|obec)-")
LEAST = {"de": 15_000, "es": 10_000}
# Providers of mailboxes and portals that some town uses or that the lists hold by mistake.
NOT_OWN = {"gmail.com", "t-online.de", "bluewin.ch", "libero.it", "yahoo.com", "hotmail.com", "sede.es",
           "gmx.ch", "gmx.at", "aon.at", "google.com", "facebook.com", "istsuper.com", "altenmarkt.istsuper.com"}


def host(text):
    return re.sub(r"^(www|sede|gemeente|web|portal)\.", "", text.lower().strip().rstrip("."))


def is_domain(text):
    return re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", text) and text not in NOT_OWN


def universities(path):
    rows = json.loads(Path(path).read_text("utf-8"))
    found = {host(domain) for row in rows for domain in row["domains"]}
    return {domain for domain in found if is_domain(domain) and not ACADEMIC.search(domain)}


def towns(folder):
    for path in Path(folder).glob("*.json"):
        least = LEAST.get(path.stem[-2:], 0)
        rows = json.loads(path.read_text("utf-8"))
        for row in rows if isinstance(rows, list) else rows.get("municipalities", rows.values()):
            if row.get("domain") and (row.get("population") or 0) >= least:
                yield row["domain"]


def swiss(path):
    for row in json.loads(Path(path).read_text("utf-8"))["municipalities"]:
        yield from row.get("emails", [])


def federal(path):
    with open(path, encoding="utf-8") as file:
        domains = [row["Domain Name"] for row in csv.DictReader(file)]
    yield from (domain for domain in domains if domain.endswith(".de"))


def without_parents(domains):
    """Drops what lies below another domain of the list."""
    def below(domain):
        parts = domain.split(".")
        return any(".".join(parts[i:]) in domains for i in range(1, len(parts) - 1))
    return sorted(domain for domain in domains if not below(domain))


def write(name, domains):
    lines = [f"# {HEADS[name]}; written by make.py, November 2026", *without_parents(domains)]
    (Path(__file__).parent / f"{name}.txt").write_text("\n".join(lines) + "\n", "ascii")


def main():
    education_path, swiss_path, federal_path, folder = sys.argv[1:]
    education = universities(education_path)
    public = {host(d) for d in [*towns(folder), *swiss(swiss_path), *federal(federal_path)]}
    public = {d for d in public if is_domain(d) and not OFFICIAL.search(d) and not PLAIN.search(d)}
    write("education", education)
    write("municipality", public - education)


if __name__ == "__main__":
    main()
