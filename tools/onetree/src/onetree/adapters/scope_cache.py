"""What test selection knows of files, kept between runs by their content and path (places are relative to the file)."""

from typing import Any

from onetree.adapters.cache import Store
from onetree.policy.imports.scan import Scan, Statement
from onetree.policy.scoping.facts import Facts
from onetree.policy.scoping.loads import Load
from onetree.policy.scoping.places import Place


class ScopeCache(Store):
    """A file's imports and facts, as test selection reads them."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, "scoping")

    def get(self, oid: str, path: str) -> tuple[Scan, Facts] | None:
        """What is known of a file, or None."""
        raw = self.find(_key(oid, path))
        return None if raw is None else (_scan(*raw[0]), _facts(*raw[1]))

    def put(self, oid: str, path: str, scan: Scan, facts: Facts) -> None:
        """Keep what is known of a file, until `save`."""
        self.keep(_key(oid, path), [scan, facts._replace(words=sorted(facts.words))])  # type: ignore[arg-type]


def _key(oid: str, path: str) -> str:
    return f"{oid}:{path.encode('utf-8', 'surrogateescape').hex()}"


def _scan(statements: list[Any], strings: list[Any], error: str, error_line: int) -> Scan:
    read = [Statement(level, module, tuple(names), line, typing) for level, module, names, line, typing in statements]
    return Scan(tuple(read), tuple((value, line) for value, line in strings), error, error_line)


def _facts(words: list[str], dotted: list[Any], *rest: Any) -> Facts:
    runs, places, loads, reads = rest
    return Facts(
        frozenset(words),
        tuple((name, line) for name, line in dotted),
        tuple((name, line) for name, line in runs),
        tuple(Place(*place) for place in places),
        tuple(Load(*load) for load in loads),
        None if reads is None else tuple((glob, line) for glob, line in reads),
    )
