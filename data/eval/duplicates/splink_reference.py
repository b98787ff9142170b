"""The yardstick: Splink 5 on the same sets, set up as its documentation recommends for people, in
five ways. Writes every way's figures to splink-all.tsv and the best of each set (by best F1) to
splink.tsv. Usage: splink_reference.py [set ...]"""

import csv
import logging
import sys
from itertools import combinations
from pathlib import Path

import duckdb
import pyarrow
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from facts import plain

HERE = Path(__file__).parent
FIGURES = ("candidates", "true-pairs", "best-f1", "threshold", "precision", "recall", "f1", "ece", "ece-above-0.1")

# Which pairs are looked at: either two fields agree in part, or one that says much agrees whole.
PREDICT = [
    block_on("vat"), block_on("email"), block_on("mailbox"), block_on("forename", "surname"),
    "l.forename = r.surname and l.surname = r.forename", block_on("surname", "substr(forename, 1, 1)"),
    block_on("forename", "substr(surname, 1, 3)"), block_on("surname", "substr(vat, 1, 6)"),
]
SURE = [block_on("forename", "surname", "vat"), block_on("forename", "surname", "email"), block_on("forename", "email", "vat")]


def read(name):
    with open(HERE / f"{name}.tsv", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def cleaned(row):
    """What the documentation asks for before linking: one case, no diacritics; address in its parts."""
    first, last = plain(row["first-name"]).lower(), plain(row["last-name"]).lower()
    email = row["email"].lower()
    local, domain = email.split("@")
    return {
        "forename": first, "surname": last, "wholename": f"{first} {last}", "email": email,
        "mailbox": local.split("+")[0].replace(".", "") + "@" + domain, "local": local.split("+")[0].replace(".", ""),
        "domain": domain, "vat": row["vat-number"],
    }


def frequent(column):
    return cll.ExactMatchLevel(column, term_frequency_adjustments=True)


def vat_comparison():
    return cl.DamerauLevenshteinAtThresholds("vat", [1, 2]).configure(term_frequency_adjustments=True)


def ready_made():
    """The comparisons that Splink ships for people."""
    names = cl.ForenameSurnameComparison("forename", "surname", forename_surname_concat_col_name="wholename")
    return [names, cl.EmailComparison("email"), vat_comparison()]


def field_by_field():
    """Each field on its own."""
    return [cl.NameComparison("forename"), cl.NameComparison("surname"), cl.EmailComparison("email"), vat_comparison()]


def level(condition, label):
    return {"sql_condition": condition, "label_for_charts": label}


def near(column, at):
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {at}"


def name_levels(column, more=()):
    """One of the two names, with levels for what goes wrong with customers' names."""
    shorter = f"least(length({column}_l), length({column}_r))"
    within = f"(contains({column}_l, {column}_r) or contains({column}_r, {column}_l)) and {shorter} > 2"
    return cl.CustomComparison([
        cll.NullLevel(column), frequent(column), level("forename_l = surname_r and surname_l = forename_r", "swapped"),
        *more, level(within, "a name more"), level(near(column, 0.88), "near"), cll.ElseLevel(),
    ], f"{column}_levels")


def names_graded():
    shorter = "least(length(replace(forename_l, '.', '')), length(replace(forename_r, '.', '')))"
    initial = level(f"substr(forename_l, 1, 1) = substr(forename_r, 1, 1) and {shorter} = 1", "initial")
    return [name_levels("forename", [initial]), name_levels("surname")]


def graded():
    """Levels of our own for initials, second names, swapped names, +tag and dots."""
    emails = cl.CustomComparison([
        cll.NullLevel("email"), frequent("email"), level("mailbox_l = mailbox_r", "same mailbox"),
        level("local_l = local_r", "same local part"), level(near("local", 0.9), "local part near"), cll.ElseLevel(),
    ], "emails")
    return [*names_graded(), emails, vat_comparison()]


def joined():
    """As graded, but address and VAT number in one comparison: within a firm neither is independent of the other."""
    vat, near_vat = "vat_l = vat_r", "damerau_levenshtein(vat_l, vat_r) <= 2"
    box, domain, local = "mailbox_l = mailbox_r", "domain_l = domain_r", near("local", 0.9)
    agreements = [
        f"{box} and {vat}", f"{box} and {near_vat}", box, f"{local} and {vat}", f"{local} and {near_vat}", f"{local} and {domain}",
        "local_l = local_r", local, f"{vat} and {domain}", vat, near_vat,
    ]
    contact = [cll.NullLevel("email"), *(level(condition, condition) for condition in agreements), cll.ElseLevel()]
    return [*names_graded(), cl.CustomComparison(contact, "contact")]


def linker_of(rows, comparisons):
    """A linker with the prior from rules that leave no doubt and u from all pairs."""
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=PREDICT,
        retain_matching_columns=False,
    )
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    table = pyarrow.Table.from_pylist([cleaned(row) | {"unique_id": n, "person": row["person-id"]} for n, row in enumerate(rows)])
    linker = Linker(DuckDBAPI(connection).register(table), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(SURE, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1, min_count_per_level=None)
    return linker


def by_expectation(make, rules):
    """Trained as Splink is meant to be: on the set itself, without labels."""
    def train(rows):
        linker = linker_of(rows, make())
        for rule in rules:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        return linker
    return train


def by_labels(make):
    """m from the labels of the training sets, u and the prior from the set itself."""
    def train(rows):
        labelled = [row | {"person-id": f"{name} {row['person-id']}"} for name in ("train-a", "train-b") for row in read(name)]
        teacher = linker_of(labelled, make())
        teacher.training.estimate_m_from_label_column("person")
        taught = teacher.misc.save_model_to_json()["comparisons"]
        comparisons = make()
        for comparison, learnt in zip(comparisons, taught):
            levels = [one for one in learnt["comparison_levels"] if not one.get("is_null_level")]
            comparison.configure(m_probabilities=[max(one.get("m_probability") or 0, 1e-4) for one in levels])
        return linker_of(rows, comparisons)
    return train


NAMED = [block_on("forename", "surname"), block_on("email"), block_on("vat", "substr(forename, 1, 1)")]
SINGLY = [block_on("surname"), block_on("forename"), block_on("vat"), block_on("email")]
WAYS = {
    "ready-made": by_expectation(ready_made, NAMED), "field-by-field": by_expectation(field_by_field, NAMED),
    "graded": by_expectation(graded, NAMED), "joined": by_expectation(joined, SINGLY), "taught": by_labels(joined),
}


def probabilities(rows, train):
    """Every pair that the blocking yields, with Splink's probability."""
    found = train(rows).inference.predict().as_record_list()
    return {tuple(sorted((p["unique_id_l"], p["unique_id_r"]))): p["match_probability"] for p in found}


def true_pairs(rows):
    persons = {}
    for number, row in enumerate(rows):
        persons.setdefault(row["person-id"], []).append(number)
    return {tuple(pair) for records in persons.values() for pair in combinations(sorted(records), 2)}


def scores(hits, said, all_true):
    precision, recall = hits / said if said else 1.0, hits / all_true
    return precision, recall, 2 * hits / (said + all_true)


def best(ranked, truth):
    """The highest F1 and the lowest probability that is still said yes to."""
    hits, top = 0, (0.0, 1.0)
    for said, (pair, probability) in enumerate(ranked, 1):
        hits += pair in truth
        last = said == len(ranked) or ranked[said][1] < probability
        if last:
            top = max(top, (scores(hits, said, len(truth))[2], probability))
    return top


def calibration_error(pairs, truth):
    """Expected calibration error over ten bins of equal width."""
    bins = {}
    for pair, probability in pairs:
        bins.setdefault(min(int(probability * 10), 9), []).append((probability, pair in truth))
    return sum(abs(sum(p - t for p, t in bin)) for bin in bins.values()) / max(len(pairs), 1)


def figures(pairs, truth):
    ranked = sorted(pairs.items(), key=lambda item: -item[1])
    yes = [pair for pair, probability in ranked if probability >= 0.5]
    at_half = scores(sum(pair in truth for pair in yes), len(yes), len(truth))
    above = [item for item in ranked if item[1] >= 0.1]
    measured = (*best(ranked, truth), *at_half, calibration_error(ranked, truth), calibration_error(above, truth))
    return [str(len(pairs)), str(len(truth)), *(f"{value:.4f}" for value in measured)]


def save(name, lines):
    with open(HERE / name, "w", encoding="utf-8") as file:
        file.writelines("\t".join(line) + "\n" for line in lines)


def main(names):
    lines = []
    for name in names:
        rows = read(name)
        for way, train in WAYS.items():
            lines.append([name, way, *figures(probabilities(rows, train), true_pairs(rows))])
            print(*lines[-1], sep="\t", flush=True)
    head = ["set", "way", *FIGURES]
    save("splink-all.tsv", [head, *lines])
    save("splink.tsv", [head, *(max((l for l in lines if l[0] == name), key=lambda l: l[4]) for name in names)])


if __name__ == "__main__":
    main(sys.argv[1:] or sorted(path.stem for path in HERE.glob("test-?.tsv")))
