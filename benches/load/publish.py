"""Puts what was measured where it is read: as files beside each other, and into the README.

The README has a place for each, between two comments with its name, so that nobody copies figures.
"""

from pathlib import Path

DIRECTORY = Path("data/performance")
README = Path("README.md")


def publish(name, title, lines, drawing, output):
    """Writes NAME.md and NAME.svg; into the README, too, when they are written where they belong."""
    output = Path(output)
    output.mkdir(parents=True, exist_ok=True)
    (output / f"{name}.svg").write_text(drawing)
    text = "\n".join(lines)
    (output / f"{name}.md").write_text(f"# {title}\n\n{text}\n")
    if output == DIRECTORY:
        put(name, f"![{title}]({DIRECTORY}/{name}.svg)\n\n{text}")
    print(text)


def put(name, text):
    """Replaces what stands between the comments."""
    before, after = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    readme = README.read_text()
    head, begins, rest = readme.partition(before)
    _, ends, tail = rest.partition(after)
    if not begins or not ends:
        raise SystemExit(f"README.md has no place for this: {before.strip()} and {after}")
    README.write_text(f"{head}{before}{text}\n{after}{tail}")
