"""Operations: how a change to a server is identified, ordered from a host, and answered.

An operation is durable before anything is done for it, and every step of it can be repeated: the identity says which
calls belong together. The conductor orders, a compute host answers; both speak these values.
"""

import enum
from typing import Generic, TypeVar

import msgspec

from nova.domain.ids import OperationId, ServerId, require_canonical_uuid, require_range
from nova.domain.images import ImageRef
from nova.domain.servers import Guest, GuestSpec
from nova.domain.tasks import MigrationTicket, Task

T = TypeVar("T")


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """The identity that every change to a guest carries.

    `step` tells the parts of one operation apart: two calls with equal `key` are one and the same piece of work, and
    the second must not do it again. `fence` is the lease's fencing token: work with a lower one than was seen for the
    server comes from a holder that has lost its lease.
    """

    id: OperationId
    server_id: ServerId
    step: str = ""
    fence: int = 0

    def __post_init__(self) -> None:
        require_canonical_uuid("operation id", self.id)
        require_canonical_uuid("server id", self.server_id)
        require_range("fence", self.fence, 0)

    @property
    def key(self) -> str:
        """What a driver writes down with a guest to know the piece of work again."""
        return f"{self.id}/{self.step}"

    def at(self, step: str) -> "Operation":
        """The same operation at another step."""
        return msgspec.structs.replace(self, step=step)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a host is asked to do: the task, the server as it should be after it, and the node it belongs on.

    `done` are the steps that were reported as done before a crash; they are not done again.
    """

    operation: Operation
    server: GuestSpec
    node: str
    task: Task
    done: tuple[str, ...] = ()


class Result(enum.StrEnum):
    """How an order ended; AGAIN: it has not, and is to be given again."""

    DONE = "done"
    AGAIN = "again"
    FAILED = "failed"


class Failure(enum.StrEnum):
    """Why an order failed, for the conductor to act on.

    UNSUPPORTED, REFUSED, NO_ROOM and BAD_IMAGE came before anything was changed; after the others the server needs a
    look: MISSING (the guest is gone), BACKEND (the hypervisor failed), UNAVAILABLE (it does not
    answer; orders are given AGAIN instead), DENIED (the agent's credentials), STALE (the order was overtaken), DEFECT
    (the driver broke its contract).
    """

    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    NO_ROOM = "no-room"
    BAD_IMAGE = "bad-image"
    MISSING = "missing"
    BACKEND = "backend"
    UNAVAILABLE = "unavailable"
    DENIED = "denied"
    STALE = "stale"
    DEFECT = "defect"

    @property
    def harmless(self) -> bool:
        """True when the guest is as it was before."""
        return self in {Failure.UNSUPPORTED, Failure.REFUSED, Failure.NO_ROOM, Failure.BAD_IMAGE, Failure.STALE}


class Answer(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """The answer to a question about a guest: the value, or why there is none, in an Outcome's words."""

    value: T | None = None
    failure: Failure | None = None
    message: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an order. `retry_after` in seconds, for AGAIN; `failure` and `message` for FAILED (and AGAIN)."""

    operation: Operation
    result: Result
    failure: Failure | None = None
    message: str = ""
    retry_after: float = 0
    guest: Guest | None = None
    image: ImageRef | None = None
    ticket: MigrationTicket | None = None
