"""A host with its agent, on a driver in memory; the agent can die and be started again."""

from collections.abc import Callable, Mapping
from typing import Any

from nova.compute.agent import HostAgent, Settings
from nova.compute.reconcile import Policy
from nova.domain import tasks
from nova.domain.operations import Operation, Order, Outcome
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import GuestNotFound
from nova.testing.images import MemoryImages
from tests.nova.compute.control import MemoryControl
from tests.nova.doubles import in_memory_driver, new_host, new_operation, new_spec


class World:
    """One host. `start` makes a new agent; the old one is simply left, as a killed process is."""

    def __init__(
        self, images: MemoryImages | None = None, wrap: Callable[[ComputeDriver], ComputeDriver] = lambda each: each
    ) -> None:
        self.host = new_host()
        self.images = images or MemoryImages()
        self.image = self.images.add(b"boot me")
        self.control = MemoryControl()
        self.now = 0.0
        self._wrap = wrap
        self._agents: list[HostAgent] = []
        self.driver = self.raw_driver()
        self.agent = self.start()

    def raw_driver(self, faults: list[Mapping[str, object]] | None = None) -> ComputeDriver:
        return self._wrap(in_memory_driver(self.host, self.images, {"faults": faults or []}))

    def start(self, faults: list[Mapping[str, object]] | None = None, policy: Policy = Policy()) -> HostAgent:  # noqa: B008
        self.driver = self.raw_driver(faults)
        settings = Settings(host=self.host, driver_name="memory", workers=2, policy=policy)
        self.agent = HostAgent(self.driver, self.control, self.control, settings, clock=lambda: self.now)
        self._agents.append(self.agent)
        return self.agent

    def close(self) -> None:
        for agent in self._agents:
            agent.close()

    def spec(self) -> GuestSpec:
        return new_spec(self.image)

    def order(self, spec: GuestSpec, task: tasks.Task, **changes: Any) -> Order:
        """Write an order down; it is run at the next pass."""
        operation: Operation = changes.pop("operation", None) or new_operation(spec.server_id)
        order = Order(operation=operation, server=spec, node=changes.pop("node", self.host), task=task, **changes)
        self.control.open.append(order)
        return order

    def do(self, spec: GuestSpec, task: tasks.Task, **changes: Any) -> Outcome:
        """Order something and see it done by a healthy agent."""
        order = self.order(spec, task, **changes)
        self.agent.work()
        return next(each for each in reversed(self.control.outcomes) if each.operation == order.operation)

    def guest(self, spec: GuestSpec) -> Guest | None:
        try:
            return self.raw_driver().inspect(spec.server_id)
        except GuestNotFound:
            return None

    def power(self, spec: GuestSpec) -> PowerState | None:
        guest = self.guest(spec)
        return None if guest is None else guest.power
