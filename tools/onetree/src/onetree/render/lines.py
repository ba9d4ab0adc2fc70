"""Lines of text with styles: what reports are written in, for people.

A line is a tuple of (text, style) pairs; styles are rich's words ("bold", "red"), and "" is plain.
"""

from collections.abc import Iterable, Iterator, Sequence

Segment = tuple[str, str]
Line = tuple[Segment, ...]

STATUS_STYLES = {
    "approved": "green",
    "pass": "green",
    "owned": "green",
    "pending": "yellow",
    "wait": "yellow",
    "insufficient": "red",
    "unowned": "red",
    "fail": "red",
    "invalid": "bold red",
}


def line(text: str = "", style: str = "") -> Line:
    """One line in one style."""
    return ((text, style),)


def status(value: str) -> Segment:
    """A status word in the colour that the whole tool uses for it."""
    return (value, STATUS_STYLES.get(value, ""))


def printable(path: str) -> str:
    """A path or name as a person can read it on one line: odd characters are escaped, as git quotes them."""
    if path.isprintable():
        return path
    return path.encode("unicode_escape", "surrogatepass").decode("ascii")


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def columns(rows: Iterable[Sequence[Segment]], indent: str = "  ") -> Iterator[Line]:
    """Rows set in columns that are as wide as their widest cell; the last column is not padded."""
    rows = [list(row) for row in rows]
    widths = [max(len(row[i][0]) for row in rows if i < len(row)) for i in range(max(map(len, rows), default=0))]
    for row in rows:
        padded = [(text.ljust(widths[i]), style) for i, (text, style) in enumerate(row[:-1])]
        cells: list[Segment] = [(indent, "")]
        for cell in [*padded, row[-1]]:
            cells += [cell, ("  ", "")]
        yield tuple(cells[:-1])
