"""The facet Rebuild."""

from msgspec.structs import replace

from nova.domain.states import PowerState
from nova.driverapi.facets import REBUILD, VOLUME_ATTACH
from nova.testing.conformance.harness import Bench


class TestRebuild:
    """The same guest with a new disk."""

    def test_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """It runs afterwards."""
        rebuild, spec = bench.need(REBUILD), bench.stopped()
        changed = replace(spec, name="renamed")
        guest = bench.run(rebuild.rebuild, bench.operation(spec.server_id), changed)
        assert (guest.server_id, guest.power) == (spec.server_id, PowerState.RUNNING)

    def test_volumes_stay(self, bench: Bench) -> None:
        """What was attached is attached still."""
        rebuild, volumes = bench.need(REBUILD), bench.need(VOLUME_ATTACH)
        spec, volume = bench.spawn(), bench.backend.volume()
        bench.run(volumes.attach_volume, bench.operation(spec.server_id), spec.server_id, volume)
        guest = bench.run(rebuild.rebuild, bench.operation(spec.server_id), spec)
        assert volume.attachment_id in guest.volumes
