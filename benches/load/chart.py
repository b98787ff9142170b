"""Charts as SVG, by hand: readable without a program, in light and dark, and in a text diff."""

from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

# Of Okabe and Ito, which also those tell apart who see few colours; the first is for ours.
COLOURS = ("#0072b2", "#d55e00", "#8a8a8a", "#009e73", "#cc79a7", "#b38600", "#56b4e9", "#7a4fbf")
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 } .quiet { fill: #59636e } .end { text-anchor: end }
.middle { text-anchor: middle } .ground { fill: #ffffff } .rule { stroke: #d1d9e0; fill: none }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .quiet { fill: #9198a1 } .ground { fill: #0d1117 } .rule { stroke: #3d444d }
}
"""


@dataclass
class Row:
    """What is compared in one group of bars: a value for each series, None where it has none, and
    how a value is written."""

    label: str
    values: list
    written: object


def bars(title, series, sections):
    """Groups of bars under headings: `sections` are pairs of a heading and its rows. Each group has
    a scale of its own from zero: what is compared is what stands side by side."""
    left, right, bar, gap = 210, 710, 15, 16
    parts, top = [text(16, 28, title, "title")] + legend(series, 52), 74
    for heading, rows in sections:
        parts.append(text(16, top + 14, heading, "quiet"))
        top += 28
        for row in rows:
            shown = [(place, value) for place, value in enumerate(row.values) if value is not None]
            largest = max(value for _, value in shown)
            height = bar * len(shown)
            parts.append(text(left - 10, top + height / 2 + 4, row.label, "end"))
            parts.append(f'<path class="rule" d="M{left} {top - 4}v{height + 8}"/>')
            for line, (place, value) in enumerate(shown):
                wide, at = (right - left) * value / largest, top + bar * line
                parts.append(rectangle(left, at + 1, max(wide, 1), bar - 2, COLOURS[place]))
                parts.append(text(left + wide + 6, at + 12, row.written(value)))
            top += height + gap
    return drawing(right + 130, top, parts)


def lines(title, across, up, ticks, series):
    """Lines over two logarithmic axes; `series` are pairs of a name and its points."""
    left, right, top, bottom = 74, 640, 52, 470
    xs = [x for _, points in series for x, _ in points]
    ys = [y for _, points in series for _, y in points]
    low, high = floor(log10(min(ys))), ceil(log10(max(ys)))
    from_x, to_x = log10(min(xs)), log10(max(xs))

    def x_of(x):
        return left + 20 + (right - left - 30) * (log10(x) - from_x) / ((to_x - from_x) or 1)

    def y_of(y):
        return bottom - (bottom - top) * (log10(y) - low) / ((high - low) or 1)

    parts = [text(16, 28, title, "title"), f'<path class="rule" d="M{left} {top}V{bottom}H{right}"/>']
    for power in range(low, high + 1):
        at = y_of(10**power)
        parts.append(f'<path class="rule" stroke-dasharray="2 4" d="M{left} {at:.1f}H{right}"/>')
        parts.append(text(left - 8, at + 4, number(10**power), "quiet end"))
    for x in ticks:
        parts.append(text(x_of(x), bottom + 20, number(x), "quiet middle"))
    parts.append(text((left + right) / 2, bottom + 44, across, "middle"))
    parts.append(f'<g transform="translate(20 {(top + bottom) / 2}) rotate(-90)">{text(0, 0, up, "middle")}</g>')
    ends = apart([y_of(points[-1][1]) for _, points in series], 17)
    for place, ((name, points), end) in enumerate(zip(series, ends)):
        colour = COLOURS[place % len(COLOURS)]
        placed = [(x_of(x), y_of(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
        x, y = placed[-1]
        parts.append(f'<path d="M{x + 5:.1f} {y:.1f}L{right + 8} {end:.1f}" stroke="{colour}"/>')
        parts.append(text(right + 12, end + 4, f"{name}: {number(points[-1][1])}"))
    return drawing(right + 240, bottom + 64, parts)


def apart(wanted, least):
    """Heights near those wanted, none closer than `least` to the next, so that labels can be read."""
    placed, floor_ = {}, float("-inf")
    for place in sorted(range(len(wanted)), key=lambda place: wanted[place]):
        floor_ = max(wanted[place], floor_ + least)
        placed[place] = floor_
    return [placed[place] for place in range(len(wanted))]


def number(value):
    """Three digits and no more, in thousands."""
    if value >= 100:
        return f"{round(value, 2 - floor(log10(value))):,.0f}"
    return f"{value:.3g}"


def legend(names, at):
    """The colours of bars."""
    parts, left = [], 16
    for name, colour in zip(names, COLOURS):
        parts += [rectangle(left, at - 11, 12, 12, colour), text(left + 18, at, name)]
        left += 40 + 7 * len(name)
    return parts


def rectangle(left, top, wide, high, colour):
    """A filled one."""
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>'


def text(left, top, words, kind=""):
    """Words at a place."""
    return f'<text x="{left:.1f}" y="{top:.1f}" class="{kind}">{escape(words)}</text>'


def drawing(wide, high, parts):
    """The whole file."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}">'
    ground = f'<rect class="ground" width="{wide:.0f}" height="{high:.0f}"/>'
    return "\n".join([head, f"<style>{STYLE}</style>", ground, *parts, "</svg>", ""])
