"""The facet Snapshot."""

from uuid import uuid4

from nova.domain.images import ImageTarget
from nova.domain.states import PowerState
from nova.driverapi.facets import SNAPSHOT
from nova.testing.conformance.harness import Bench


class TestSnapshot:
    """A root disk becomes an image."""

    def test_image_is_filled_and_boots(self, bench: Bench) -> None:
        """The record names the target, has a size and a format, and a guest can be made from it."""
        snapshot, spec = bench.need(SNAPSHOT), bench.spawn()
        target = ImageTarget(id=str(uuid4()), name="снимок")
        image = bench.run(snapshot.snapshot, bench.operation(spec.server_id), spec.server_id, target)
        assert (image.id, image.name) == (target.id, target.name)
        assert image.size
        assert image.disk_format in bench.driver.capabilities().image_formats
        assert bench.power(bench.spawn(image=image)) is PowerState.RUNNING

    def test_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """It works as well, and the guest stays off."""
        snapshot, spec = bench.need(SNAPSHOT), bench.stopped()
        target = ImageTarget(id=str(uuid4()), name="cold")
        assert bench.run(snapshot.snapshot, bench.operation(spec.server_id), spec.server_id, target).size
        assert bench.power(spec) is PowerState.SHUTDOWN
