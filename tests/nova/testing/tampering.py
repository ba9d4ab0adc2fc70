"""A good driver with one thing made wrong, and the backend that the suite needs for it."""

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from uuid import uuid4

from nova.domain.devices import Interface, Volume
from nova.domain.flavors import Flavor
from nova.domain.ids import OperationId, ServerId
from nova.domain.images import ImageRef
from nova.domain.operations import Operation
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import BackendUnavailable
from nova.driverapi.facets import F, Facet
from nova.driverapi.values import PowerTarget
from nova.testing.conformance.harness import Backend, sample_interface, sample_volume
from nova.testing.images import MemoryImages
from tests.nova.doubles import BIG, SMALL, in_memory_driver, new_host

Tamper = Callable[..., Any]
"""Called in a method's place with the backend, the method itself, and the method's arguments."""


class Tampered:
    """A driver or a facet, some of whose methods are replaced. All of them fail during an outage."""

    def __init__(self, target: object, backend: "TamperedBackend") -> None:
        self._target = target
        self._backend = backend

    def __getattr__(self, name: str) -> object:
        method = getattr(self._target, name)
        tamper = self._backend.tampers.get(name)

        @functools.wraps(method)
        def call(*args: object) -> object:
            if tamper is not None:
                return tamper(self._backend, self._backend.guarded(name, method), *args)
            return self._backend.guarded(name, method)(*args)

        return call

    def facet(self, facet: Facet[F]) -> F | None:
        tamper = self._backend.tampers.get("facet")
        driver = cast("ComputeDriver", self._target)
        found = tamper(self._backend, driver.facet, facet) if tamper is not None else driver.facet(facet)
        return None if found is None else cast("F", Tampered(found, self._backend))


class TamperedBackend(Backend):
    """Two hosts in memory. `tampers` says what is wrong with the driver."""

    patience = 0.5
    parallel = 4

    def __init__(self, tampers: Mapping[str, Tamper], skips: Mapping[str, str]) -> None:
        self.skips = skips
        self.tampers = tampers
        self.images = MemoryImages()
        self.down = False
        self.foreign = {str(uuid4()): 1}
        self.seen: dict[str, object] = {}
        self._here, self._there = new_host(), new_host()
        self._image = self.images.add(b"boot me")

    def guarded(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, as it is while the backend does not answer."""

        def call(*args: object) -> object:
            if self.down and name not in {"capabilities", "facet", "close"}:
                raise BackendUnavailable("The backend was switched off by the test.")
            return method(*args)

        return call

    def driver(self, host: str, faults: list[Mapping[str, object]]) -> ComputeDriver:
        return cast("ComputeDriver", Tampered(in_memory_driver(host, self.images, {"faults": faults}), self))

    def start(self) -> ComputeDriver:
        return self.driver(self._here, [])

    def neighbour(self) -> ComputeDriver:
        return self.driver(self._there, [])

    def doomed(self, nth: int) -> ComputeDriver:
        when = "before" if nth % 2 else "after"
        return self.driver(self._here, [{"at": "hypervisor.*", "when": when, "nth": (nth + 1) // 2, "error": "crash"}])

    @contextmanager
    def outage(self) -> Iterator[None]:
        if "outage" in self.skips:
            self._missing("outage")
        self.down = True
        try:
            yield
        finally:
            self.down = False

    def image(self) -> ImageRef:
        return self._image

    def flavor(self) -> Flavor:
        return SMALL

    def bigger_flavor(self) -> Flavor:
        return BIG

    def foreign_guests(self) -> Mapping[str, object]:
        if self.tampers.get("foreign_guests"):
            return super().foreign_guests()
        return dict(self.foreign)

    def volume(self) -> Volume:
        return sample_volume()

    def interface(self) -> Interface:
        return sample_interface()

    def damaged_image(self) -> ImageRef:
        return self.images.add(b"boot", promised=1000)

    def kill(self, server_id: ServerId) -> None:
        operation = Operation(id=OperationId(str(uuid4())), server_id=server_id)
        in_memory_driver(self._here, self.images).power(operation, server_id, PowerTarget.OFF, 0)
