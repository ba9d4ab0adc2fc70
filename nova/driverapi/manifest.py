"""What a driver's `subsystem.toml` says, as far as the service reads it.

The file belongs to the tree's governance, which has keys of its own; those are passed over here. The table `[driver]`
is the service's own, and there an unknown key is an error.
"""

import re
from typing import Annotated

import msgspec

from nova.domain.ids import require_name

_ENTRY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


class ManifestError(Exception):
    """A manifest that cannot be used: which file, where in it, and what was expected."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class DriverTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table `[driver]`.

    `entry` (the driver) and `options` (its msgspec.Struct of options, for `--help` and the documentation) are
    `module:name`, the module relative to the manifest's folder. `in_memory`: the guests live in this very process and
    end with it, so the driver needs no backend; it serves where nothing else is there, and in tests.
    """

    entry: str
    options: str = ""
    in_memory: bool = False

    def __post_init__(self) -> None:
        for field, value in (("entry", self.entry), ("options", self.options)):
            if not _ENTRY.fullmatch(value) and (value or field == "entry"):
                message = f"{field} {value!r} is not of the form module:name, such as driver:MyDriver"
                raise ValueError(message)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A CI job, and the account that reports its results."""

    job: str
    account: str = ""


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    """The table `[checks]`: without a gating result for `unproved_after_days` days the driver counts as unproved."""

    gating: tuple[Job, ...] = ()
    advisory: tuple[Job, ...] = ()
    unproved_after_days: Annotated[int, msgspec.Meta(gt=0)] = 14


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A driver's manifest. `status`: supported, maintained, odd-fixes, orphan or experimental."""

    name: str
    summary: str
    status: str
    driver: DriverTable
    checks: Checks = Checks()

    def __post_init__(self) -> None:
        require_name("name", self.name)


def parse(text: bytes, path: str) -> Manifest:
    """The manifest in `text`; `path` is for messages. Raises ManifestError, and nothing else, on any bytes."""
    try:
        return msgspec.toml.decode(text, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ManifestError(path, str(error)) from error
