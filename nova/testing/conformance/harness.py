"""What a driver's tests provide (`Backend`), and what the suite's tests work with (`Bench`)."""

import abc
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NoReturn, ParamSpec, TypeVar
from uuid import uuid4

import pytest

from nova.domain.devices import FixedIp, Interface, Volume
from nova.domain.flavors import Flavor
from nova.domain.ids import OperationId, ServerId
from nova.domain.images import ImageRef
from nova.domain.operations import Operation
from nova.domain.servers import Guest, GuestSpec
from nova.domain.states import PowerState
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import GuestNotFound, InProgress
from nova.driverapi.facets import F, Facet
from nova.driverapi.values import PowerTarget

P = ParamSpec("P")
R = TypeVar("R")

HOOKS = ("foreign_guests", "doomed", "outage", "neighbour", "volume", "interface", "damaged_image", "kill")
"""The methods of Backend that a driver may leave out, if its `skips` say why."""


class Backend(abc.ABC):
    """A real or pretended hypervisor, as a driver's own tests set it up. One serves many tests, one after the other.

    `skips` maps what this driver's tests leave out to the reason: a test (`test_name`), a class (`TestName`), one test
    of one class (`TestName.test_name`), or one of HOOKS. An entry that names none of them is an error.
    """

    skips: Mapping[str, str] = {}
    patience: float = 60
    """Seconds to wait for work that the backend goes on with by itself."""
    crash_points: Sequence[int] = range(1, 200)
    """At which of its calls to the backend a driver is made to die; slow backends choose a few."""
    parallel: int = 8
    """How many guests fit in at once."""

    @abc.abstractmethod
    def start(self) -> ComputeDriver:
        """A new driver on the same backend, as a restarted agent has it."""

    @abc.abstractmethod
    def image(self) -> ImageRef:
        """An image that boots here."""

    @abc.abstractmethod
    def flavor(self) -> Flavor:
        """A small flavor."""

    @abc.abstractmethod
    def bigger_flavor(self) -> Flavor:
        """One with more memory and processors, which fits as well."""

    def foreign_guests(self) -> Mapping[str, object]:
        """Guests that are not ours, at least one, and for each a value that differs once it was touched."""
        self._missing("foreign_guests")

    def doomed(self, nth: int) -> ComputeDriver:  # noqa: ARG002  the contract's parameter
        """A driver that raises SystemExit at its nth call to the backend, before or after the call has its effect."""
        self._missing("doomed")

    def outage(self) -> AbstractContextManager[None]:
        """While it lasts, the backend does not answer."""
        self._missing("outage")

    def neighbour(self) -> ComputeDriver:
        """A driver of another host, to which guests can migrate."""
        self._missing("neighbour")

    def volume(self) -> Volume:
        """A volume that can be attached, a new one each time."""
        self._missing("volume")

    def interface(self) -> Interface:
        """A port that can be plugged in, a new one each time."""
        self._missing("interface")

    def damaged_image(self) -> ImageRef:
        """An image whose data is cut off."""
        self._missing("damaged_image")

    def kill(self, server_id: ServerId) -> None:  # noqa: ARG002  the contract's parameter
        """Turn a guest off behind the driver's back."""
        self._missing("kill")

    def _missing(self, hook: str) -> NoReturn:
        if hook in self.skips:
            pytest.skip(f"{hook}: {self.skips[hook]}")
        pytest.fail(f"{type(self).__name__} has no {hook}(): write it, or give the reason in skips[{hook!r}]")


class Bench:
    """A driver on a backend, for one test. Guests that it made are destroyed at the end."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.driver = backend.start()
        self.drivers = [self.driver]
        self._made: list[tuple[ComputeDriver, ServerId]] = []
        self._node = ""
        self._numbers = itertools.count(1)

    def need(self, facet: Facet[F]) -> F:
        """The facet; a test about it is skipped where the driver neither declares nor has it."""
        found = self.driver.facet(facet)
        if found is None:
            if self.driver.capabilities().declares(facet.name):
                pytest.fail(f"{facet.name} is declared, and facet() returns None")
            pytest.skip(f"{facet.name}: the driver does not declare it")
        return found

    def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Make a call of the contract, again and again while the work is in progress."""
        deadline = time.monotonic() + self.backend.patience
        while True:
            try:
                return call(*args, **kwargs)
            except InProgress as waiting:
                if time.monotonic() > deadline:
                    pytest.fail(f"still in progress after {self.backend.patience} s: {waiting}")
                time.sleep(min(waiting.retry_after, 1))

    def operation(self, server_id: ServerId) -> Operation:
        """A new operation."""
        return Operation(id=OperationId(str(uuid4())), server_id=server_id, step="conformance")

    def node(self) -> str:
        """A node that takes new guests; the same one throughout a test."""
        if not self._node:
            self._node = next(node.name for node in self.driver.inventory() if node.available)
        return self._node

    def spec(self, **changes: Any) -> GuestSpec:
        """What a new guest shall be."""
        server_id = ServerId(str(uuid4()))
        values: dict[str, Any] = {
            "server_id": server_id,
            "name": f"guest-{next(self._numbers)}",
            "flavor": self.backend.flavor(),
            "image": self.backend.image(),
        }
        spec = GuestSpec(**{**values, **changes})
        self.owes(self.driver, spec.server_id)
        return spec

    def spawn(self, **changes: Any) -> GuestSpec:
        """A guest that runs."""
        spec = self.spec(**changes)
        self.run(self.driver.spawn, self.operation(spec.server_id), spec, self.node())
        return spec

    def stopped(self) -> GuestSpec:
        """A guest that is shut down."""
        spec = self.spawn()
        self.run(self.driver.power, self.operation(spec.server_id), spec.server_id, PowerTarget.OFF, 0)
        return spec

    def owes(self, driver: ComputeDriver, server_id: ServerId) -> None:
        """Remember to destroy a guest."""
        self._made.append((driver, server_id))

    def inspect(self, spec: GuestSpec) -> Guest | None:
        """The guest, None if it is gone."""
        try:
            return self.driver.inspect(spec.server_id)
        except GuestNotFound:
            return None

    def power(self, spec: GuestSpec) -> PowerState | None:
        """The guest's power state, None if it is gone."""
        guest = self.inspect(spec)
        return None if guest is None else guest.power

    def restart(self, interrupted: Sequence[Operation] = ()) -> None:
        """Go on with a new driver; the old one has died, and was not closed."""
        self.driver = self.backend.start()
        self.drivers.append(self.driver)
        self.driver.recover(interrupted)

    def clean(self) -> None:
        """Destroy what the test made, with a fresh driver, and close all."""
        fresh = self.backend.start()
        for driver, server_id in self._made:
            keeper = fresh if driver in self.drivers else driver
            self.run(keeper.destroy, self.operation(server_id), server_id)
        for driver in (*self.drivers, fresh):
            driver.close()


def sample_volume() -> Volume:
    """A volume for backends that look at no more than its ids."""
    return Volume(
        attachment_id=str(uuid4()),
        volume_id=str(uuid4()),
        connection={"driver_volume_type": "local", "data": {"path": "/dev/null"}},
        size_gb=1,
    )


def sample_interface() -> Interface:
    """An interface for backends that look at no more than its ids."""
    port = uuid4()
    tail = ":".join(f"{byte:02x}" for byte in port.bytes[:5])
    return Interface(
        port_id=str(port),
        network_id=str(uuid4()),
        mac=f"02:{tail}",
        fixed_ips=(FixedIp(address="192.0.2.10", prefix=24, gateway="192.0.2.1"),),
    )
