"""What the agent needs of the control plane."""

from typing import Protocol

from nova.domain.assignments import Assignment, Drift, Fate
from nova.domain.hosts import HostFacts
from nova.domain.ids import ServerId
from nova.domain.operations import Operation, Order, Outcome


class ControlUnreachable(Exception):
    """The control plane does not answer. Nothing is lost: its orders are given again until they are answered."""


class DesiredState(Protocol):
    """What should be on this host, as the control plane has written it down. Raises ControlUnreachable."""

    def orders(self) -> tuple[Order, ...]:
        """The orders that have no answer yet, those of one server in the order in which they are to be run."""

    def assignments(self) -> tuple[Assignment, ...]:
        """Every server that belongs on this host."""

    def assignment(self, server_id: ServerId) -> Assignment | None:
        """One of them, as of now; None if the server does not belong here (any more)."""

    def fate(self, server_id: ServerId) -> Fate:
        """What is to become of a guest that no assignment names, as of now."""


class Reports(Protocol):
    """Where the agent's findings go. Raises ControlUnreachable; a report that was made twice counts once."""

    def step_done(self, operation: Operation, step: str) -> None:
        """A step that must not be done again is done; the order has it in `done` from now on."""

    def finished(self, outcome: Outcome) -> None:
        """An order's answer; one with AGAIN leaves the order open."""

    def facts(self, facts: HostFacts) -> None:
        """What the host has."""

    def drifts(self, drifts: tuple[Drift, ...]) -> None:
        """How guests differ from what should be."""
