"""A control plane in memory: implements both of the agent's ports, and outlives the agent."""

import threading

import msgspec

from nova.compute.ports import ControlUnreachable
from nova.domain.assignments import Assignment, Drift, Fate
from nova.domain.hosts import HostFacts
from nova.domain.ids import ServerId
from nova.domain.operations import Operation, Order, Outcome, Result


class MemoryControl:
    """Orders stay open until they are answered. `reachable` False makes every call fail."""

    answers_get_lost = False

    def __init__(self) -> None:
        self.reachable = True
        self.open: list[Order] = []
        self.outcomes: list[Outcome] = []
        self.assigned: dict[ServerId, Assignment] = {}
        self.deleted_meanwhile: set[ServerId] = set()
        self.fates: dict[ServerId, Fate] = {}
        self.host_facts: list[HostFacts] = []
        self.drift_reports: list[tuple[Drift, ...]] = []
        self._lock = threading.Lock()

    def orders(self) -> tuple[Order, ...]:
        self._check()
        with self._lock:
            return tuple(self.open)

    def assignments(self) -> tuple[Assignment, ...]:
        self._check()
        return tuple(self.assigned.values())

    def assignment(self, server_id: ServerId) -> Assignment | None:
        self._check()
        return None if server_id in self.deleted_meanwhile else self.assigned.get(server_id)

    def fate(self, server_id: ServerId) -> Fate:
        self._check()
        known = Fate.HERE if server_id in self.assigned else Fate.UNKNOWN
        return self.fates.get(server_id, known)

    def step_done(self, operation: Operation, step: str) -> None:
        self._check()
        with self._lock:
            self.open = [
                msgspec.structs.replace(order, done=(*order.done, step)) if order.operation == operation else order
                for order in self.open
            ]

    def finished(self, outcome: Outcome) -> None:
        self._check()
        if self.answers_get_lost:
            raise ControlUnreachable("the answer got lost")
        with self._lock:
            self.outcomes.append(outcome)
            if outcome.result is not Result.AGAIN:
                self.open = [order for order in self.open if order.operation != outcome.operation]

    def facts(self, facts: HostFacts) -> None:
        self._check()
        self.host_facts.append(facts)

    def drifts(self, drifts: tuple[Drift, ...]) -> None:
        self._check()
        self.drift_reports.append(drifts)

    def _check(self) -> None:
        if not self.reachable:
            raise ControlUnreachable("the control plane was switched off by the test")
