"""Lifetimes of customers, and what lifelines makes of them by Kaplan and Meier.

    python lifetimes.py lifetimes.tsv [seed, 20261107]
"""

import sys

import numpy as np
from lifelines import KaplanMeierFitter

AGES = (30, 90, 365)
HEADER = "# name\tleft: age:number ...\tstill here: age:number ...\tS(30) S(90) S(365)\tGreenwood's standard errors"


def histogram(ages):
    values, numbers = np.unique(ages, return_counts=True)
    return " ".join(f"{age}:{number}" for age, number in zip(values, numbers))


def line(name, ages, is_gone):
    fitter = KaplanMeierFitter().fit(ages, is_gone)
    known = [age for age in AGES if age <= ages.max()]
    survival = [float(fitter.predict(age)) for age in known]
    # lifelines keeps Greenwood's sum without a public name.
    sums = [float(fitter._cumulative_sq_.asof(age)) for age in known]
    errors = [value * root for value, root in zip(survival, np.sqrt(sums))]
    pad = ["-"] * (len(AGES) - len(known))
    cells = [" ".join([f"{value:.12f}" for value in values] + pad) for values in (survival, errors)]
    return "\t".join([name, histogram(ages[is_gone]), histogram(ages[~is_gone]), *cells])


def lives(rng, number, watched, stay):
    """Customers that came over `watched` days and stay as long as `stay` draws."""
    since = rng.integers(0, watched + 1, number)
    stays = np.floor(stay(number)).astype(int)
    return np.minimum(since, stays), stays <= since


def sets(rng):
    yield "few", *lives(rng, 12, 400, lambda n: rng.exponential(300, n))
    yield "hundred", *lives(rng, 100, 500, lambda n: rng.exponential(250, n))
    yield "many-ties", *lives(rng, 3_000, 420, lambda n: 30 * rng.geometric(0.12, n))
    yield "heavily-censored", *lives(rng, 2_000, 700, lambda n: rng.exponential(9_000, n))
    yield "leave-early", *lives(rng, 800, 600, lambda n: 60 * rng.weibull(0.5, n))
    yield "leave-late", *lives(rng, 800, 600, lambda n: 400 * rng.weibull(4, n))
    yield "all-leave", *lives(rng, 300, 900, lambda n: rng.exponential(40, n))
    yield "none-leaves", *lives(rng, 60, 500, lambda n: np.full(n, 10_000))
    yield "one-day-old", *lives(rng, 50, 1, lambda n: rng.exponential(5, n))
    yield "since-spring", *lives(rng, 400, 80, lambda n: rng.exponential(200, n))
    of_category = {"corporate": 900, "freelance": 250, "education": 4_000, "unknown": 120}
    parts = [(name, lives(rng, 150 + mean // 4, 550, lambda n: rng.exponential(mean, n)))
             for name, mean in of_category.items()]
    for name, (ages, is_gone) in parts:
        yield f"company:{name}", ages, is_gone
    yield "company", *(np.concatenate(part) for part in zip(*(lives for _, lives in parts)))


if __name__ == "__main__":
    SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 20261107
    with open(sys.argv[1], "w", encoding="utf-8") as FILE:
        print(f"# Made by lifetimes.py, seed {SEED}, November 2026.\n{HEADER}", file=FILE)
        for NAME, SOME_AGES, IS_GONE in sets(np.random.default_rng(SEED)):
            print(line(NAME, SOME_AGES, IS_GONE), file=FILE)
