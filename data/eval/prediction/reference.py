"""Daily series as lines of a TSV file, with the forecast that statsmodels makes of each."""

import sys
import warnings

import numpy as np
from statsmodels.tsa.holtwinters import ExponentialSmoothing

HORIZON = 30
SEASON = 7
HEADER = "# kind\tname\tcounts of the days known\tcounts of the 30 days after\tstatsmodels' forecast of those, or -"


def forecast(known):
    """Damped additive trend, additive season of a week, never below zero; None where it cannot be fitted."""
    if len(known) < 3 * SEASON or len(set(known)) == 1:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = ExponentialSmoothing(
                np.asarray(known, float), trend="add", damped_trend=True, seasonal="add",
                seasonal_periods=SEASON, initialization_method="estimated",
            )
            ahead = model.fit().forecast(HORIZON)
        except (ValueError, np.linalg.LinAlgError):
            return None
    return np.clip(ahead, 0, None) if np.isfinite(ahead).all() else None


def line(kind, name, counts):
    """One series, whose last 30 days are those after."""
    known, after = counts[:-HORIZON], counts[-HORIZON:]
    ahead = forecast(known)
    cells = [kind, name, " ".join(map(str, known)), " ".join(map(str, after))]
    cells.append("-" if ahead is None else " ".join(f"{value:.2f}" for value in ahead))
    return "\t".join(cells)


def write(path, about, series):
    """`series` are triples of kind, name and counts."""
    with open(path, "w", encoding="utf-8") as file:
        print(f"# {about}\n{HEADER}", file=file)
        for kind, name, counts in series:
            print(line(kind, name, [int(count) for count in counts]), file=file)
            print(kind, name, len(counts), file=sys.stderr)
