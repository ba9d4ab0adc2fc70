"""What should be on a host, and how what is there differs from it."""

import enum

import msgspec

from nova.domain.ids import ServerId
from nova.domain.states import EXPECTED_POWER, PowerState, TaskState
from nova.domain.transitions import Status


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """A server that belongs on a host, and the status that the control plane has for it."""

    server_id: ServerId
    node: str
    status: Status

    @property
    def settled(self) -> bool:
        """Whether nothing is being done to the server, so that a difference is one."""
        return self.status.task is TaskState.NONE

    @property
    def expected_power(self) -> PowerState | None:
        """The power state that its guest should have; None where there is no telling."""
        return EXPECTED_POWER.get(self.status.vm)


class Fate(enum.StrEnum):
    """What is to become of a guest that a host found and that no assignment names.

    HERE: it belongs here after all. KEPT: a migration's copy, which waits for its end. GONE: the server was deleted, or
    lives elsewhere, and the guest can be removed. UNKNOWN: the control plane has not heard of it; it is never removed.
    """

    HERE = "here"
    KEPT = "kept"
    GONE = "gone"
    UNKNOWN = "unknown"


class DriftKind(enum.StrEnum):
    """How a guest differs from what should be."""

    MISSING = "missing"
    POWER = "power"
    ORPHAN = "orphan"


class Remedy(enum.StrEnum):
    """What the host did about a difference."""

    NONE = "none"
    POWERED_OFF = "powered-off"
    POWERED_ON = "powered-on"
    REMOVED = "removed"
    FAILED = "failed"


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between a host's guests and its assignments, and what was done about it.

    `power` is what was found, before any remedy (None for a guest that is missing); `message` says why a remedy failed.
    """

    kind: DriftKind
    server_id: ServerId
    power: PowerState | None = None
    expected: PowerState | None = None
    remedy: Remedy = Remedy.NONE
    message: str = ""
