"""The facet VolumeAttach."""

from nova.driverapi.facets import VOLUME_ATTACH
from nova.testing.conformance.harness import Bench


class TestVolumeAttach:
    """Volumes come and go."""

    def test_connector_names_the_node(self, bench: Bench) -> None:
        """The volume service is told who asks."""
        assert bench.need(VOLUME_ATTACH).volume_connector(bench.node()).host

    def test_two_volumes(self, bench: Bench) -> None:
        """Unplugging one leaves the other."""
        volumes, spec = bench.need(VOLUME_ATTACH), bench.spawn()
        first, second = bench.backend.volume(), bench.backend.volume()
        for volume in (first, second):
            bench.run(volumes.attach_volume, bench.operation(spec.server_id), spec.server_id, volume)
        guest = bench.run(volumes.detach_volume, bench.operation(spec.server_id), spec.server_id, first)
        assert guest.volumes == {second.attachment_id}

    def test_on_a_guest_that_is_off(self, bench: Bench) -> None:
        """It works, and the volume is there after the start."""
        volumes, spec = bench.need(VOLUME_ATTACH), bench.stopped()
        volume = bench.backend.volume()
        guest = bench.run(volumes.attach_volume, bench.operation(spec.server_id), spec.server_id, volume)
        assert guest.volumes == {volume.attachment_id}

    def test_volumes_of_a_new_guest(self, bench: Bench) -> None:
        """Spawn plugs in what the specification names."""
        bench.need(VOLUME_ATTACH)
        volume = bench.backend.volume()
        spec = bench.spawn(volumes=(volume,))
        assert bench.driver.inspect(spec.server_id).volumes == {volume.attachment_id}

    def test_attached_again_by_another_operation(self, bench: Bench) -> None:
        """A volume that is there already is left as it is; one that is not there is no error to unplug."""
        volumes, spec = bench.need(VOLUME_ATTACH), bench.spawn()
        volume = bench.backend.volume()
        for _ in range(2):
            guest = bench.run(volumes.attach_volume, bench.operation(spec.server_id), spec.server_id, volume)
            assert guest.volumes == {volume.attachment_id}
        for _ in range(2):
            guest = bench.run(volumes.detach_volume, bench.operation(spec.server_id), spec.server_id, volume)
            assert guest.volumes == frozenset()
