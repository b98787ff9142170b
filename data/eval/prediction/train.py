"""Daily series of the kinds that a registry of customers sees, to tune the forecast on.

    python train.py train.tsv [series of each kind and length, 1] [seed, 20261101]
"""

import sys

import numpy as np

from reference import HORIZON, write

LENGTHS = (35, 60, 120, 365, 730)
WEEKS = {
    "closed-sundays": np.array([1.1, 1.0, 1.0, 1.1, 1.4, 1.4, 0.0]),
    "office-week": np.array([1.5, 1.4, 1.3, 1.3, 1.2, 0.2, 0.1]),
    "soft-week": np.array([0.9, 0.9, 1.0, 1.0, 1.1, 1.1, 1.0]),
}


def overdispersed(rng, mean, size):
    """Negative binomial with variance mean + mean^2 / size."""
    return rng.poisson(rng.gamma(size, np.maximum(mean, 1e-9) / size))


def week(rng, name, days, level):
    shape = np.roll(WEEKS[name], rng.integers(7))
    return level * shape[np.arange(days) % 7]


def poisson(rng, days):
    return rng.poisson(rng.choice([2, 6, 20, 60]), days)


def negative_binomial(rng, days):
    return overdispersed(rng, np.full(days, rng.choice([3.0, 10, 40])), rng.choice([1.5, 4]))


def closed_sundays(rng, days):
    return rng.poisson(week(rng, "closed-sundays", days, rng.choice([4, 15, 50])))


def office_week(rng, days):
    return overdispersed(rng, week(rng, "office-week", days, rng.choice([5, 20, 80])), 8)


def soft_week(rng, days):
    return rng.poisson(week(rng, "soft-week", days, rng.choice([3, 12, 40])))


def trend_up(rng, days):
    ramp = np.linspace(1, rng.choice([2, 4]), days)
    return rng.poisson(rng.choice([4, 15, 40]) * ramp)


def weekly_trend(rng, days):
    ramp = np.linspace(1, rng.choice([0.5, 2, 3]), days)
    return rng.poisson(week(rng, "office-week", days, rng.choice([8, 30])) * ramp)


def damped(rng, days):
    rise = 1 - np.exp(-np.arange(days) / rng.choice([20, 80]))
    return rng.poisson(rng.choice([8, 30]) * (0.2 + rise))


def level_shift(rng, days):
    level = np.full(days, float(rng.choice([5, 20])))
    level[int((days - HORIZON) * rng.uniform(0.3, 0.8)):] *= rng.choice([0.4, 2.5])
    return rng.poisson(level)


def sparse(rng, days):
    return rng.poisson(rng.choice([0.08, 0.2, 0.35]), days)


def rare_lots(rng, days):
    """Most days none, now and then a few at once."""
    return rng.binomial(1, 0.15, days) * rng.poisson(4, days)


def constant(rng, days):
    return np.full(days, rng.choice([0, 1, 5, 24]))


def moved_in(rng, days):
    """The base comes on the first day, then an ordinary week."""
    counts = rng.poisson(week(rng, "office-week", days, rng.choice([4, 15])))
    counts[0] = rng.choice([3_000, 50_000])
    return counts


KINDS = [poisson, negative_binomial, closed_sundays, office_week, soft_week, trend_up, weekly_trend,
         damped, level_shift, sparse, rare_lots, constant, moved_in]


def series(each, seed):
    rng = np.random.default_rng(seed)
    for kind in KINDS:
        lengths = LENGTHS if kind is not constant else (60,)
        for number, days in enumerate(np.repeat(lengths, each)):
            yield kind.__name__, f"{days}-{number}", kind(rng, days + HORIZON)
    for number in range(3 * each):
        days = rng.integers(3, 21)
        kind = KINDS[rng.integers(9)]
        yield "short", f"{days}-{number}", kind(rng, days + HORIZON)


if __name__ == "__main__":
    EACH, SEED = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (1, 20261101)
    write(sys.argv[1], f"Made by train.py, seed {SEED}, November 2026.", series(EACH, SEED))
