"""Comparing what a hypervisor runs with what should run on it, and setting right what is safe to set right.

Guests that are not ours cannot be reached through the contract. A guest of ours is removed only when the control plane
says that its server is gone: one that it does not know is reported and stays, so that an agent that talks to the wrong
or an empty control plane destroys nothing.
"""

from collections.abc import Callable, Mapping

import msgspec

from nova.compute.ports import DesiredState
from nova.domain.assignments import Assignment, Drift, DriftKind, Fate, Remedy
from nova.domain.ids import OperationId, ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest
from nova.domain.states import PowerState, VmState
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import DriverError
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

    def compare(self, busy: Callable[[], frozenset[ServerId]]) -> tuple[Drift, ...]:
        """All differences, by server id; a server that is `busy` or not settled is passed over.

        Raises DriverError and ControlUnreachable when there is nothing to compare. Assignments are read before guests:
        what came in between is asked about once more, so neither a new nor a deleted server is taken for a difference.
        """
        assignments = {assignment.server_id: assignment for assignment in self._desired.assignments()}
        guests = {guest.server_id: guest for guest in self._driver.list_guests()}
        passed_over = busy()
        drifts = []
        for server_id in sorted({*assignments, *guests} - passed_over):
            drift = self._look(server_id, assignments, guests)
            if drift is not None:
                drifts.append(drift)
        return tuple(drifts)

    def _look(
        self, server_id: ServerId, assignments: Mapping[ServerId, Assignment], guests: Mapping[ServerId, Guest]
    ) -> Drift | None:
        assignment, guest = assignments.get(server_id), guests.get(server_id)
        if assignment is None:
            return self._orphan(guest) if guest is not None else None
        if not assignment.settled or assignment.status.vm in {VmState.BUILDING, VmState.ERROR}:
            return None
        if guest is None:
            still_here = self._desired.fate(server_id) is Fate.HERE
            expected = assignment.expected_power
            return Drift(kind=DriftKind.MISSING, server_id=server_id, expected=expected) if still_here else None
        return self._power(assignment, guest)

    def _orphan(self, guest: Guest) -> Drift | None:
        fate = self._desired.fate(guest.server_id)
        drift = Drift(kind=DriftKind.ORPHAN, server_id=guest.server_id, power=guest.power)
        if fate is Fate.GONE:
            return self._remedy(
                drift, Remedy.REMOVED, lambda operation: self._driver.destroy(operation, guest.server_id)
            )
        return drift if fate is Fate.UNKNOWN else None

    def _power(self, assignment: Assignment, guest: Guest) -> Drift | None:
        expected = assignment.expected_power
        resized_while_off = assignment.status.vm is VmState.RESIZED and guest.power is PowerState.SHUTDOWN
        if expected is None or guest.power is expected or resized_while_off:
            return None
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
