"""Print lines: in colour on a terminal, plainly anywhere else.

rich takes 36 ms to import, so it is imported only where its colours can be seen.
"""

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from onetree.render.lines import Line


def write(lines: Iterable[Line], out: TextIO | None = None) -> None:
    """Print `lines` to `out` (standard output). NO_COLOR and FORCE_COLOR are honoured as rich honours them."""
    out = out or sys.stdout
    if out.isatty() or os.environ.get("FORCE_COLOR"):
        _coloured(lines, out)
        return
    for segments in lines:
        out.write(_encodable("".join(text for text, _ in segments), out) + "\n")


def _coloured(lines: Iterable[Line], out: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False, soft_wrap=True)
    for segments in lines:
        console.print(Text.assemble(*((_encodable(text, out), style) for text, style in segments)))


def _encodable(text: str, out: TextIO) -> str:
    """`text` without what the stream cannot encode: lone surrogates stand for bytes that are not UTF-8."""
    encoding = out.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
