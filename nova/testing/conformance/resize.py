"""The facet Resize."""

import pytest
from msgspec.structs import replace

from nova.domain.hosts import MEMORY_MB
from nova.domain.states import PowerState
from nova.driverapi.errors import NoRoom
from nova.driverapi.facets import RESIZE
from nova.testing.conformance.harness import Bench


class TestResize:
    """Another flavor, and the way back."""

    def test_there_and_back_and_there(self, bench: Bench) -> None:
        """Resize, revert, resize and confirm; the guest has the flavor's size each time."""
        resize, small = bench.need(RESIZE), bench.spawn()
        big = replace(small, flavor=bench.backend.bigger_flavor())
        server_id, node = small.server_id, bench.node()
        sizes = []
        for step in ("resize", "revert", "resize", "confirm"):
            operation = bench.operation(server_id)
            if step == "resize":
                guest = bench.run(resize.resize, operation, big, node)
            else:
                guest = bench.run(
                    resize.revert_resize if step == "revert" else resize.confirm_resize, operation, server_id
                )
            sizes.append((guest.memory_mb, guest.resized))
        small_mb, big_mb = small.flavor.memory_mb, big.flavor.memory_mb
        assert sizes == [(big_mb, True), (small_mb, False), (big_mb, True), (big_mb, False)]

    def test_power_state_stays(self, bench: Bench) -> None:
        """A guest that is off stays off."""
        resize, spec = bench.need(RESIZE), bench.stopped()
        big = replace(spec, flavor=bench.backend.bigger_flavor())
        guest = bench.run(resize.resize, bench.operation(spec.server_id), big, bench.node())
        assert guest.power is PowerState.SHUTDOWN

    def test_confirm_and_revert_of_nothing(self, bench: Bench) -> None:
        """Without a resize there is nothing to confirm or revert, and nothing happens."""
        resize, spec = bench.need(RESIZE), bench.spawn()
        before = bench.inspect(spec)
        assert bench.run(resize.confirm_resize, bench.operation(spec.server_id), spec.server_id) == before
        assert bench.run(resize.revert_resize, bench.operation(spec.server_id), spec.server_id) == before

    def test_too_big(self, bench: Bench) -> None:
        """NoRoom, and the guest is as it was."""
        resize, spec = bench.need(RESIZE), bench.spawn()
        node = next(node for node in bench.driver.inventory() if node.name == bench.node())
        memory = 2 * max(node.resources[MEMORY_MB].capacity, node.resources[MEMORY_MB].total)
        huge = replace(spec, flavor=replace(spec.flavor, memory_mb=memory))
        before = bench.inspect(spec)
        with pytest.raises(NoRoom):
            bench.run(resize.resize, bench.operation(spec.server_id), huge, bench.node())
        assert bench.inspect(spec) == before

    def test_resized_guest_can_be_destroyed(self, bench: Bench) -> None:
        """Without confirming first."""
        resize, spec = bench.need(RESIZE), bench.spawn()
        big = replace(spec, flavor=bench.backend.bigger_flavor())
        bench.run(resize.resize, bench.operation(spec.server_id), big, bench.node())
        bench.run(bench.driver.destroy, bench.operation(spec.server_id), spec.server_id)
        assert bench.inspect(spec) is None
