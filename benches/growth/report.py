"""Writes what was found as a table for the README and as a chart."""

from growth.measure import OPERATIONS
from load import chart
from load.customers import KNOWN
from load.publish import publish

TITLE = "What an operation costs as customers become more"


def write(found, about, options, output):
    """Writes growth.md and growth.svg."""
    lines = [*table(found), "", how(options), "", *about]
    publish("growth", TITLE, lines, drawn(found), output)


def how(options):
    """What the figures are."""
    return (
        "In each cell: µs of the service's processor time for one answer; then how many µs half and 99 of 100 "
        f"took at most, as the client saw it. {options.seconds} s for each operation that reads, short rounds for "
        f"those that write; unchanged ones are read among {KNOWN:,} at most, all else among all. The last "
        "column is the processor time with most customers, divided by that with fewest."
    )


def table(found):
    """Lines of Markdown."""
    sizes = list(found)
    heading = " | ".join(f"{size:,}" for size in sizes)
    lines = [f"| what | connections | {heading} | grows |", "|---|---|" + "---|" * (len(sizes) + 1)]
    for operation in OPERATIONS:
        for many in (False, True):
            costs = [found[size][operation, many] for size in sizes]
            grows = costs[-1].processor / costs[0].processor
            cells = " | ".join(map(cell, costs))
            lines.append(f"| {operation.label} | {operation.many if many else 1} | {cells} | {grows:.2f} |")
    return lines


def cell(cost):
    """A cost in a table."""
    return f"{chart.number(cost.processor)}; {chart.number(cost.p50)}, {chart.number(cost.p99)}"


def drawn(found):
    """The chart."""
    series = []
    for operation in OPERATIONS:
        points = [(size, costs[operation, True].processor) for size, costs in found.items()]
        series.append((operation.label, points))
    return chart.lines(TITLE, "customers in the company", "µs of processor time for one answer", list(found), series)
