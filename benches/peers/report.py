"""Writes what was found as a table for the README and as a chart."""

from load import chart
from load.chart import Row
from load.publish import publish

SIDES = ("smart-customer", "PocketBase, durable", "PocketBase, as it comes")


def write(found, about, options, output):
    """Writes peers.md and peers.svg."""
    title = f"smart-customer beside PocketBase, {options.customers:,} customers"
    lines = [*table(found), "", how(options), "", *about]
    publish("peers", title, lines, drawn(title, found), output)


def how(options):
    """What the figures are."""
    return (
        f"{options.customers:,} customers in each store at the start; medians of {options.rounds} rounds of "
        f"{options.seconds} s in turns. Each cell: answers a second, and how long 99 of 100 took at most. "
        "`benches/peers/run` says what is alike and what is not."
    )


def table(found):
    """Lines of Markdown."""
    lines = [f"| what | connections | {' | '.join(SIDES)} | ours ÷ durable |", "|---|---|---|---|---|---|"]
    for operation, sides in found["operations"].items():
        cells = [cell(side) if side else "–" for side in sides]
        times = f"{sides[0].rate / sides[1].rate:.1f}" if sides[1] else "–"
        lines.append(f"| {operation.label} | {operation.connections} | {' | '.join(cells)} | {times} |")
    for row in resources(found):
        cells = [row.written(value) for value in row.values]
        lines.append(f"| {row.label} | | {' | '.join(cells)} | {row.values[0] / row.values[1]:.1f} |")
    return lines


def cell(side):
    """What a side does, in a table."""
    return f"{chart.number(side.rate)}/s, {chart.number(side.p99 / 1000)} ms"


def drawn(title, found):
    """The chart."""
    rates = []
    for operation, sides in found["operations"].items():
        values = [side.rate if side else None for side in sides]
        rates.append(Row(operation.label, values, chart.number))
    fast = "answers a second: longer is better; every group on its own scale from 0"
    small = "what it takes: shorter is better"
    return chart.bars(title, SIDES, [(fast, rates), (small, resources(found))])


def resources(found):
    """What else it takes."""
    return [
        Row("memory after the reads", found["memory"], lambda value: f"{value / 2**20:,.0f} MiB"),
        Row("disk, per customer", found["disk"], lambda value: f"{value:,.0f} bytes"),
        Row("start to first answer", found["starts"], lambda value: f"{value * 1000:,.0f} ms"),
    ]
