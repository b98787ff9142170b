"""Daily series to judge the forecast on, made customer by customer.

    python test.py test.tsv [series of each kind, 8] [seed, 4711]

Nothing is shared with train.py: there a day has a mean and a count is drawn; here firms live, and
customers come for reasons (the shop is open, a neighbour told them, a promotion, a batch of colleagues),
by Python's own random numbers. Written when the forecast was finished, and not used to change it.
"""

import math
import random
import sys

from reference import HORIZON, write


def arrivals(rng, rate):
    """How many come on a day, by exponential gaps; by the normal law where they are very many."""
    if rate > 500:
        return max(0, round(rng.gauss(rate, math.sqrt(rate))))
    count, clock = 0, rng.expovariate(1)
    while clock < rate:
        count += 1
        clock += rng.expovariate(1)
    return count


def opening_hours(rng):
    """A weight of each day of the week: five to seven days open, some longer than others."""
    hours = [rng.uniform(3, 10) for _ in range(7)]
    for day in range(7 - rng.choice([5, 6, 6, 7]), 0, -1):
        hours[7 - day] = 0
    turn = rng.randrange(7)
    return hours[turn:] + hours[:turn]


def walk(rng, days):
    """The level wanders, a little every day, up or down."""
    level, pace = rng.choice([6, 25, 90]), rng.choice([0.02, 0.05])
    for _ in range(days):
        level *= math.exp(rng.gauss(0, pace))
        yield arrivals(rng, level)


def shop(rng, days):
    """Open by the hour, closed on holidays, with those who were kept out the day after."""
    hours, rate, kept_out = opening_hours(rng), rng.choice([0.5, 2, 6]), 0
    for day in range(days):
        come = arrivals(rng, rate * hours[day % 7])
        if rng.random() < 1 / 35:
            kept_out = come // 2
            yield 0
        else:
            yield come + (kept_out if hours[day % 7] else 0)
            kept_out = 0 if hours[day % 7] else kept_out


def promotions(rng, days):
    """About one a month, that fades over some days."""
    hours, rate, boost = opening_hours(rng), rng.choice([1, 4]), 1.0
    for day in range(days):
        boost = rng.uniform(3, 6) if rng.random() < 1 / 30 else 1 + (boost - 1) * 0.4
        yield arrivals(rng, rate * hours[day % 7] * boost)


def word_of_mouth(rng, days):
    """Every customer brings others in the days after: less than one, on average."""
    telling, base, brings = 0.0, rng.choice([1, 5]), rng.choice([0.4, 0.7])
    for _ in range(days):
        come = arrivals(rng, base + brings * telling / 5)
        telling = telling * 0.8 + come
        yield come


def adoption(rng, days):
    """A new service in a town: few, many, then what remains."""
    most, middle = rng.choice([12, 60]), days * rng.uniform(0.3, 0.7)
    for day in range(days):
        yield arrivals(rng, 1 + most / (1 + math.exp(-(day - middle) / (days / 10))))


def regimes(rng, days):
    """A salesman comes and goes."""
    low, is_there = rng.choice([2, 9]), False
    for _ in range(days):
        is_there ^= rng.random() < 1 / 50
        yield arrivals(rng, low * (3 if is_there else 1))


def batches(rng, days):
    """Firms that enter several people at once."""
    hours, rate, more = opening_hours(rng), rng.choice([0.1, 0.5]), rng.choice([0.5, 0.75])
    for day in range(days):
        count = 0
        for _ in range(arrivals(rng, rate * hours[day % 7])):
            count += 1
            while rng.random() < more:
                count += 1
        yield count


def trickle(rng, days):
    """One now and then, with long gaps."""
    gap, wait = rng.choice([3, 6, 10]), 0.0
    for _ in range(days):
        count = 0
        while wait < 1:
            count += 1
            wait += rng.paretovariate(2) * gap / 2
        wait -= 1
        yield count


def seasons(rng, days):
    """A year with a summer, and a week."""
    hours, rate, turn = opening_hours(rng), rng.choice([1, 5]), rng.uniform(0, 365)
    for day in range(days):
        yield arrivals(rng, rate * hours[day % 7] * (1 + 0.4 * math.sin((day + turn) / 365 * 2 * math.pi)))


def saturdays_too(rng, days):
    """Closed at weekends until it opens on Saturdays, too."""
    rate, change = rng.choice([4, 18]), (days - HORIZON) * rng.uniform(0.2, 0.7)
    for day in range(days):
        is_open = day % 7 < 5 or (day % 7 == 5 and day > change)
        yield arrivals(rng, rate) if is_open else 0


def fading(rng, days):
    """A firm that loses its market, by half in some months."""
    hours, rate, half = opening_hours(rng), rng.choice([3, 9]), rng.choice([120, 300])
    for day in range(days):
        yield arrivals(rng, rate * hours[day % 7] * 0.5 ** (day / half))


def by_appointment(rng, days):
    """So many slots a day, of which few stay free: more even than chance."""
    slots = rng.choice([4, 16])
    for day in range(days):
        yield sum(rng.random() < 0.9 for _ in range(slots)) if day % 7 < 6 else 0


def moved_here(rng, days):
    """The base is brought in over the first days, then the shop goes on."""
    hours, rate = opening_hours(rng), rng.choice([0.5, 3])
    brought = [rng.randrange(500, 40_000) for _ in range(rng.choice([1, 2, 4]))]
    for day in range(days):
        yield arrivals(rng, rate * hours[day % 7]) + (brought[day] if day < len(brought) else 0)


KINDS = [walk, shop, promotions, word_of_mouth, adoption, regimes, batches, trickle, seasons, saturdays_too,
         fading, by_appointment, moved_here]


def series(each, seed):
    rng = random.Random(seed)
    for kind in KINDS:
        for number in range(each):
            days = rng.choice([30, 45, 75, 110, 180, 270, 365, 500])
            yield kind.__name__, f"{days}-{number}", list(kind(rng, days + HORIZON))


if __name__ == "__main__":
    EACH, SEED = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (8, 4711)
    write(sys.argv[1], f"Made by test.py, seed {SEED}, November 2026.", series(EACH, SEED))
