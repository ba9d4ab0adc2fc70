"""The facet Rescue."""

import pytest

from nova.domain.states import PowerState
from nova.driverapi.errors import ImageUnusable
from nova.driverapi.facets import RESCUE
from nova.testing.conformance.harness import Bench


class TestRescue:
    """Another system with the server's disk."""

    def test_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """The rescue system runs, and unrescue boots the server's own."""
        rescue, spec = bench.need(RESCUE), bench.stopped()
        guest = bench.run(rescue.rescue, bench.operation(spec.server_id), spec, bench.backend.image(), "secret")
        assert (guest.rescued, guest.power) == (True, PowerState.RUNNING)
        guest = bench.run(rescue.unrescue, bench.operation(spec.server_id), spec.server_id)
        assert (guest.rescued, guest.power) == (False, PowerState.RUNNING)

    def test_unrescue_of_a_guest_that_is_not_rescued(self, bench: Bench) -> None:
        """It is left as it is."""
        rescue, spec = bench.need(RESCUE), bench.stopped()
        assert bench.run(rescue.unrescue, bench.operation(spec.server_id), spec.server_id) == bench.inspect(spec)
        assert bench.power(spec) is PowerState.SHUTDOWN

    def test_damaged_rescue_image(self, bench: Bench) -> None:
        """ImageUnusable, and the server runs on."""
        rescue, spec = bench.need(RESCUE), bench.spawn()
        image = bench.backend.damaged_image()
        before = bench.inspect(spec)
        with pytest.raises(ImageUnusable):
            bench.run(rescue.rescue, bench.operation(spec.server_id), spec, image, "secret")
        assert bench.inspect(spec) == before
