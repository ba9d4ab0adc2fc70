"""The twelve methods that every driver has."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from nova.domain.hosts import MEMORY_MB
from nova.domain.ids import ServerId
from nova.domain.states import PowerState
from nova.driverapi.errors import GuestConflict, GuestNotFound, WrongPowerState
from nova.driverapi.facets import PAUSE
from nova.driverapi.values import PowerTarget, RebootKind
from nova.testing.conformance.harness import Bench


class TestCore:
    """A guest's life with nothing but the core."""

    def test_identity_is_complete(self, bench: Bench) -> None:
        """The driver says who it is and which backend it reached."""
        identity = bench.driver.identity()
        assert all((identity.name, identity.version, identity.backend, identity.backend_version))

    def test_inventory_has_named_nodes_with_resources(self, bench: Bench) -> None:
        """Nodes have names of their own, and each something to give."""
        nodes = bench.driver.inventory()
        assert nodes
        assert len({node.name for node in nodes}) == len(nodes)
        assert all(node.resources for node in nodes)

    def test_inventory_does_not_depend_on_our_guests(self, bench: Bench) -> None:
        """What our guests take is the scheduler's to subtract, once."""
        before = {node.name: node.resources for node in bench.driver.inventory()}
        bench.spawn()
        assert {node.name: node.resources for node in bench.driver.inventory()} == before

    def test_spawn_makes_a_running_guest(self, bench: Bench) -> None:
        """Spawn returns what inspect and list show."""
        spec, node = bench.spec(), bench.node()
        guest = bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, node)
        assert (guest.server_id, guest.node, guest.power) == (spec.server_id, node, PowerState.RUNNING)
        assert bench.driver.inspect(spec.server_id) == guest
        assert [each for each in bench.driver.list_guests() if each.server_id == spec.server_id] == [guest]

    def test_guest_has_the_flavors_size(self, bench: Bench) -> None:
        """What was ordered is what is there."""
        spec = bench.spawn()
        guest = bench.driver.inspect(spec.server_id)
        if any(MEMORY_MB in node.resources for node in bench.driver.inventory()):
            assert (guest.vcpus, guest.memory_mb) == (spec.flavor.vcpus, spec.flavor.memory_mb)

    def test_spawn_of_another_guest_with_the_same_id_is_refused(self, bench: Bench) -> None:
        """A guest is not replaced by one of another flavor; it goes on as it was."""
        spec = bench.spawn()
        before = bench.driver.inspect(spec.server_id)
        other = replace(spec, flavor=bench.backend.bigger_flavor())
        with pytest.raises(GuestConflict):
            bench.run(bench.driver.spawn, bench.operation(spec.server_id), other, bench.node())
        assert bench.driver.inspect(spec.server_id) == before

    def test_power_off_and_on(self, bench: Bench) -> None:
        """Off is SHUTDOWN, on is RUNNING, and both return the guest as it is then."""
        spec = bench.spawn()
        for target, power in ((PowerTarget.OFF, PowerState.SHUTDOWN), (PowerTarget.ON, PowerState.RUNNING)):
            operation = bench.operation(spec.server_id)
            assert bench.run(bench.driver.power, operation, spec.server_id, target, 0).power is power
            assert bench.power(spec) is power

    def test_power_on_is_no_way_out_of_pause(self, bench: Bench) -> None:
        """A paused guest is unpaused, or turned off."""
        spec = bench.spawn()
        bench.run(bench.need(PAUSE).pause, bench.operation(spec.server_id), spec.server_id)
        with pytest.raises(WrongPowerState):
            bench.run(bench.driver.power, bench.operation(spec.server_id), spec.server_id, PowerTarget.ON, 0)
        assert bench.power(spec) is PowerState.PAUSED
        bench.run(bench.driver.power, bench.operation(spec.server_id), spec.server_id, PowerTarget.OFF, 0)
        assert bench.power(spec) is PowerState.SHUTDOWN

    def test_soft_reboot_needs_a_running_guest(self, bench: Bench) -> None:
        """Nobody can ask a guest that is off."""
        spec = bench.stopped()
        with pytest.raises(WrongPowerState):
            bench.run(bench.driver.reboot, bench.operation(spec.server_id), spec.server_id, RebootKind.SOFT)
        assert bench.power(spec) is PowerState.SHUTDOWN

    def test_soft_reboot_ends_with_a_running_guest(self, bench: Bench) -> None:
        """Where soft reboots are declared."""
        if not bench.driver.capabilities().soft_reboot:
            pytest.skip("soft_reboot: the driver does not declare it")
        spec = bench.spawn()
        bench.run(bench.driver.reboot, bench.operation(spec.server_id), spec.server_id, RebootKind.SOFT)
        assert bench.power(spec) is PowerState.RUNNING

    def test_hard_reboot_starts_a_guest_that_is_off(self, bench: Bench) -> None:
        """A hard reboot works from any power state."""
        spec = bench.stopped()
        bench.run(bench.driver.reboot, bench.operation(spec.server_id), spec.server_id, RebootKind.HARD)
        assert bench.power(spec) is PowerState.RUNNING

    def test_destroy_leaves_nothing(self, bench: Bench) -> None:
        """A destroyed guest is in no list, and its id can be used anew."""
        spec = bench.spawn()
        bench.run(bench.driver.destroy, bench.operation(spec.server_id), spec.server_id)
        with pytest.raises(GuestNotFound):
            bench.driver.inspect(spec.server_id)
        assert spec.server_id not in {guest.server_id for guest in bench.driver.list_guests()}
        bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, bench.node())
        assert bench.power(spec) is PowerState.RUNNING

    def test_destroy_of_nothing_is_no_error(self, bench: Bench) -> None:
        """What is not there needs no removing."""
        nobody = ServerId(str(uuid4()))
        bench.run(bench.driver.destroy, bench.operation(nobody), nobody)

    def test_guests_outlive_the_driver(self, bench: Bench) -> None:
        """Closing a driver, twice even, and starting another changes no guest."""
        spec = bench.spawn()
        before = bench.driver.inspect(spec.server_id)
        bench.driver.close()
        bench.driver.close()
        bench.restart()
        assert bench.driver.inspect(spec.server_id) == before
