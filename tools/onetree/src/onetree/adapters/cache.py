"""What is known of Python files by git blob id, kept in one file between runs.

It lies in ``onetree/`` of the git folder (or in $ONETREE_CACHE_DIR), so that a clone whose cache is restored is warm.
Its first line names the format, the versions that made it, and the SHA-256 of the rest; whatever does not fit is
dropped and read anew. It holds facts about contents, never verdicts. It is written to a temporary file and renamed.
"""

import os
import sys
from typing import TYPE_CHECKING, Any, Final

from onetree import __version__

if TYPE_CHECKING:
    from onetree.policy.imports.facts import Facts

_FORMAT: Final = 1
_MOST: Final = 50_000  # entries; the oldest go first


def folder_of(git_dir: str) -> str:
    """Where the cache of a repository lies."""
    return os.environ.get("ONETREE_CACHE_DIR") or os.path.join(git_dir, "onetree")


class Store:
    """Lines of JSON by a key without blanks, in one file called `name`, kept from run to run.

    Reading and writing never fail: `problem` says what went wrong, for a person.
    """

    def __init__(self, folder: str, name: str) -> None:
        self._path = os.path.join(folder, name)
        self._read: dict[str, bytes] | None = None
        self._new: dict[str, bytes] = {}
        self.problem = ""

    def find(self, key: str) -> Any:
        """What is kept under a key, as JSON gives it; None where nothing is."""
        import json

        raw = self._known().get(key)
        return None if raw is None else json.loads(raw)

    def keep(self, key: str, value: Any) -> None:
        """Keep a value that JSON can hold, until `save`."""
        import json

        self._new[key] = json.dumps(value, separators=(",", ":")).encode()

    def save(self) -> None:
        """Write what is new. An interrupted run leaves the file as it was."""
        if not self._new:
            return
        import tempfile

        entries = [*self._known().items(), *self._new.items()][-_MOST:]
        body = b"".join(b"%s %s\n" % (oid.encode(), raw) for oid, raw in entries)
        folder, temporary = os.path.dirname(self._path), ""
        try:
            os.makedirs(folder, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=os.path.basename(self._path) + ".")
            with os.fdopen(descriptor, "wb") as file:
                file.write(_header(body) + body)
            os.replace(temporary, self._path)
        except OSError as error:
            self.problem = f"the cache {self._path} cannot be written ({error.strerror}); this run did without it."
            if temporary and os.path.exists(temporary):
                os.unlink(temporary)

    def _known(self) -> dict[str, bytes]:
        if self._read is None:
            self._read = self._load()
        return self._read

    def _load(self) -> dict[str, bytes]:
        try:
            with open(self._path, "rb") as file:
                header, body = file.readline(), file.read()
        except OSError:
            return {}
        if header != _header(body):
            return {}
        return {oid.decode(): raw for oid, _, raw in (line.partition(b" ") for line in body.split(b"\n")[:-1])}


class FactsCache(Store):
    """Facts by blob id."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, "facts")

    def get(self, oid: str) -> "Facts | None":
        """The facts about a blob, or None."""
        raw = self.find(oid)
        return None if raw is None else _decode(raw)

    def put(self, oid: str, facts: "Facts") -> None:
        """Keep the facts about a blob, until `save`."""
        self.keep(oid, facts)


def _header(body: bytes) -> bytes:
    import hashlib

    python = ".".join(map(str, sys.version_info[:3]))  # what parses depends on it
    digest = hashlib.sha256(body).hexdigest()
    return f"onetree {__version__} facts {_FORMAT} python {python} sha256 {digest}\n".encode()


def _decode(raw: Any) -> "Facts":
    from onetree.policy.imports.facts import Facts, Item
    from onetree.policy.imports.scan import Scan, Statement

    (statements, strings, error, error_line), items = raw
    read = [Statement(level, module, tuple(names), line, typing) for level, module, names, line, typing in statements]
    scan = Scan(tuple(read), tuple((value, line) for value, line in strings), error, error_line)
    return Facts(scan, tuple(Item(*item) for item in items))
