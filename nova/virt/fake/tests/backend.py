"""The in-memory hypervisor, as the conformance suite needs it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from nova.domain.devices import Interface, Volume
from nova.domain.flavors import Flavor
from nova.domain.ids import ServerId
from nova.domain.images import ImageRef
from nova.domain.states import PowerState
from nova.driverapi.context import DriverContext
from nova.testing.conformance.harness import Backend, sample_interface, sample_volume
from nova.testing.images import MemoryImages
from nova.virt.fake.driver import FakeDriver
from nova.virt.fake.hypervisor import Fabric


class FakeBackend(Backend):
    """A fabric of its own, with two hosts and a guest that is not ours."""

    parallel = 16

    def __init__(self) -> None:
        self.fabric = Fabric()
        self.images = MemoryImages()
        self.hypervisor = self.fabric.hypervisor("here")
        self.hypervisor.add_foreign("someone's database")
        self._image = self.images.add(b"boot me")

    def start(self) -> FakeDriver:
        return self.driver("here", {})

    def driver(self, host: str, options: Mapping[str, object]) -> FakeDriver:
        """A driver for one of the fabric's hosts."""
        context = DriverContext(host=host, state_dir="", images=self.images, options=options)
        return FakeDriver(context, self.fabric)

    def image(self) -> ImageRef:
        return self._image

    def flavor(self) -> Flavor:
        return Flavor(id="1", name="small", vcpus=1, memory_mb=512, root_gb=1)

    def bigger_flavor(self) -> Flavor:
        return Flavor(id="2", name="bigger", vcpus=2, memory_mb=1024, root_gb=1)

    def foreign_guests(self) -> Mapping[str, object]:
        return self.hypervisor.foreign()

    def doomed(self, nth: int) -> FakeDriver:
        when = "before" if nth % 2 else "after"
        fault = {"at": "hypervisor.*", "when": when, "nth": (nth + 1) // 2, "error": "crash"}
        return self.driver("here", {"faults": [fault]})

    @contextmanager
    def outage(self) -> Iterator[None]:
        self.hypervisor.answers = False
        try:
            yield
        finally:
            self.hypervisor.answers = True

    def neighbour(self) -> FakeDriver:
        return self.driver("there", {})

    def volume(self) -> Volume:
        return sample_volume()

    def interface(self) -> Interface:
        return sample_interface()

    def damaged_image(self) -> ImageRef:
        return self.images.add(b"boot", promised=1000)

    def kill(self, server_id: ServerId) -> None:
        self.hypervisor.set_power(server_id, PowerState.SHUTDOWN)
