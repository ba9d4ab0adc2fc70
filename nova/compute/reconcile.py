"""Comparing what a hypervisor runs with what should run on it, and setting right what is safe to set right.

Guests that are not ours cannot be reached through the contract. A guest of ours is removed only when the control plane
says that its server is gone: one that it does not know is reported and stays, so that an agent that talks to the wrong
or an empty control plane destroys nothing.
"""

from collections.abc import Callable

import msgspec

from nova.compute.claims import Claims
from nova.compute.ports import DesiredState
from nova.domain.assignments import Assignment, Drift, DriftKind, Fate, Remedy
from nova.domain.ids import OperationId, ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest
from nova.domain.states import PowerState, VmState
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import DriverError, GuestNotFound
from nova.driverapi.values import PowerTarget

_OFF = frozenset({PowerState.SHUTDOWN, PowerState.CRASHED})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent sets right by itself.

    `stop_stopped`: turn off a guest that runs although its server was stopped (as upstream does). `start_active`: turn
    on one that is off although its server is active, as after the host's restart; otherwise that is reported only.
    """

    stop_stopped: bool = True
    start_active: bool = False


class Reconciler:
    """Finds differences, one pass at a time. `new_id` makes operation ids for what it sets right."""

    def __init__(
        self, driver: ComputeDriver, desired: DesiredState, policy: Policy, new_id: Callable[[], OperationId]
    ) -> None:
        self._driver = driver
        self._desired = desired
        self._policy = policy
        self._new_id = new_id

    def compare(self, claims: Claims) -> tuple[Drift, ...]:
        """All differences, by server id; a server that someone works on, or that is not settled, is passed over.

        Raises DriverError and ControlUnreachable when there is nothing to compare. Whatever looks like a difference is
        asked about once more, on both sides, while nobody else works on the server: much can happen between the two
        lists.
        """
        assignments = {assignment.server_id: assignment for assignment in self._desired.assignments()}
        guests = {guest.server_id: guest for guest in self._driver.list_guests()}
        drifts = []
        for server_id in sorted({*assignments, *guests}):
            assignment, guest = assignments.get(server_id), guests.get(server_id)
            if not _differs(assignment, guest):
                continue
            with claims.taking(server_id) as taken:
                drift = self._look(server_id) if taken else None
            if drift is not None:
                drifts.append(drift)
        return tuple(drifts)

    def _look(self, server_id: ServerId) -> Drift | None:
        assignment = self._desired.assignment(server_id)
        try:
            guest = self._driver.inspect(server_id)
        except GuestNotFound:
            guest = None
        if not _differs(assignment, guest):
            return None
        if assignment is None:
            return self._orphan(guest) if guest is not None else None
        if guest is None:
            return Drift(kind=DriftKind.MISSING, server_id=server_id, expected=assignment.expected_power)
        return self._power(assignment, guest)

    def _orphan(self, guest: Guest) -> Drift | None:
        fate = self._desired.fate(guest.server_id)
        drift = Drift(kind=DriftKind.ORPHAN, server_id=guest.server_id, power=guest.power)
        if fate is Fate.GONE:
            return self._remedy(
                drift, Remedy.REMOVED, lambda operation: self._driver.destroy(operation, guest.server_id)
            )
        return drift if fate is Fate.UNKNOWN else None

    def _power(self, assignment: Assignment, guest: Guest) -> Drift:
        expected = assignment.expected_power
        drift = Drift(kind=DriftKind.POWER, server_id=guest.server_id, power=guest.power, expected=expected)
        if assignment.status.vm is VmState.STOPPED and guest.power not in _OFF and self._policy.stop_stopped:
            return self._turn(drift, Remedy.POWERED_OFF, PowerTarget.OFF)
        if assignment.status.vm is VmState.ACTIVE and guest.power in _OFF and self._policy.start_active:
            return self._turn(drift, Remedy.POWERED_ON, PowerTarget.ON)
        return drift

    def _turn(self, drift: Drift, remedy: Remedy, target: PowerTarget) -> Drift:
        return self._remedy(drift, remedy, lambda operation: self._driver.power(operation, drift.server_id, target, 0))

    def _remedy(self, drift: Drift, remedy: Remedy, act: Callable[[Operation], object]) -> Drift:
        try:
            act(Operation(id=self._new_id(), server_id=drift.server_id, step="reconcile"))
        except DriverError as error:
            return msgspec.structs.replace(drift, remedy=Remedy.FAILED, message=str(error))
        return msgspec.structs.replace(drift, remedy=remedy)


def _differs(assignment: Assignment | None, guest: Guest | None) -> bool:
    """Whether a settled server and its guest do not fit; what is not settled is an operation's affair."""
    if assignment is None:
        return guest is not None
    if not assignment.settled or assignment.expected_power is None:
        return False
    if guest is None:
        return True
    resized_while_off = assignment.status.vm is VmState.RESIZED and guest.power is PowerState.SHUTDOWN
    return guest.power is not assignment.expected_power and not resized_while_off
