"""The part of the contract that every driver fulfils."""

from collections.abc import Callable, Sequence
from typing import Protocol

from nova.domain.hosts import Node
from nova.domain.ids import ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.driverapi.capabilities import Capabilities
from nova.driverapi.context import DriverContext
from nova.driverapi.facets import F, Facet
from nova.driverapi.values import DriverIdentity, PowerTarget, RebootKind


class ComputeDriver(Protocol):
    """A driver: the one way from Nova to the guests of a hypervisor.

    Making one checks the options (InvalidOptions) and does not need the backend, which may come later: until then calls
    raise BackendUnavailable, and go on by themselves once it is there. The rules for all calls:

    - Threads: any number of calls at once. Calls for one server come one after the other, except that a call may be
      repeated while its first copy still runs (its caller lost its lease): the effect must be that of one.
    - Idempotent: a call whose operation `key` was completed for this guest returns what is true now and changes
      nothing. A call that was cut off at any point can be made again, by another process too, and finishes the work.
    - Ours: a driver marks the guests that it makes with their server id, in the backend. It never shows or touches
      any other guest, whatever its name.
    - Outcomes: success, or a DriverError. NotImplementedError is never raised.
    - Blocking is allowed; where work takes minutes, raise InProgress and be called again.
    """

    def identity(self) -> DriverIdentity:
        """Who this is, and which backend it reached."""

    def capabilities(self) -> Capabilities:
        """What it can do. Does not need the backend, and does not change."""

    def facet(self, facet: Facet[F]) -> F | None:
        """The optional ability, or None. Does not need the backend, and does not change."""

    def inventory(self) -> tuple[Node, ...]:
        """Every node that this agent speaks for, in one go; resources that guests of ours take are not subtracted."""

    def list_guests(self) -> tuple[Guest, ...]:
        """Every guest of ours on every node, half-made ones too, in a few calls to the backend and not one for each."""

    def inspect(self, server_id: ServerId) -> Guest:
        """What the backend has for this server now. GuestNotFound if there is none of ours."""

    def spawn(self, operation: Operation, spec: GuestSpec, node: str) -> Guest:
        """Make the guest with its disks, volumes and interfaces, and start it: RUNNING.

        A guest of this id that is half-made, or was made with the same flavor and image, is completed, started and
        returned; any other is a GuestConflict. After a refusal nothing is left behind.
        """

    def power(self, operation: Operation, server_id: ServerId, target: PowerTarget, grace: float) -> Guest:
        """Turn on (RUNNING) or off (SHUTDOWN, from any state; the guest has `grace` seconds to do so itself).

        Turning on a guest that is paused or suspended is a WrongPowerState: it is unpaused or resumed.
        """

    def reboot(self, operation: Operation, server_id: ServerId, kind: RebootKind) -> Guest:
        """Restart once: RUNNING. SOFT needs a running guest (WrongPowerState); HARD takes any."""

    def destroy(self, operation: Operation, server_id: ServerId) -> None:
        """Remove the guest and all that was made for it, in whatever state, also what a resize or a crash left.

        A guest that is not there is no error. Volumes are unplugged, not deleted.
        """

    def recover(self, interrupted: Sequence[Operation]) -> None:
        """After a start: what was under way when the last process ended, before anything else is called.

        Locks that it held are broken, helpers that it ran are stopped. The calls themselves are made again later.
        """

    def close(self) -> None:
        """End sessions and threads; guests go on. May be called twice; no other call follows."""


DriverFactory = Callable[[DriverContext], ComputeDriver]
"""What a manifest's or an entry point's `entry` names: usually the driver's class."""
