"""What is particular to moving guests in memory: room, other nodes, and a migration that is stopped under way."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from nova.domain.states import PowerState
from nova.driverapi.errors import BackendFailed, InvalidRequest, NoRoom
from nova.driverapi.facets import COLD_MIGRATION, LIVE_MIGRATION, RESIZE
from nova.testing.conformance.harness import Bench
from nova.virt.fake.tests.backend import FakeBackend


def test_room_that_is_kept_is_taken() -> None:
    """A prepared migration holds its room against others, until it is rolled back."""
    backend = FakeBackend()
    bench = Bench(backend)
    there = backend.driver("there", {"memory_mb": 512})
    live = there.facet(LIVE_MIGRATION)
    assert live is not None
    coming, other = bench.spawn(), bench.spec()
    operation = bench.operation(coming.server_id)
    live.prepare_live(operation, coming, "there")
    with pytest.raises(NoRoom):
        there.spawn(bench.operation(other.server_id), other, "there")
    live.roll_back_live(operation, coming.server_id)
    assert there.spawn(bench.operation(other.server_id), other, "there").power is PowerState.RUNNING


def test_resize_to_another_node_and_back() -> None:
    """Both nodes hold their share until it is decided; a full node is no way back to lose."""
    backend = FakeBackend()
    options = {"nodes": 2, "memory_mb": 1024}
    driver = backend.driver("pair", options)
    bench = Bench(backend)
    resize = driver.facet(RESIZE)
    assert resize is not None
    spec, other = bench.spec(), bench.spec()
    driver.spawn(bench.operation(spec.server_id), spec, "pair")
    big = replace(spec, flavor=backend.bigger_flavor())
    moved = resize.resize(bench.operation(spec.server_id), big, "pair-1")
    assert (moved.node, moved.memory_mb, moved.resized) == ("pair-1", 1024, True)
    with pytest.raises(NoRoom):
        driver.spawn(bench.operation(other.server_id), replace(other, flavor=backend.bigger_flavor()), "pair")
    back = resize.revert_resize(bench.operation(spec.server_id), spec.server_id)
    assert (back.node, back.memory_mb, back.resized) == ("pair", 512, False)
    larger = replace(other, flavor=backend.bigger_flavor())
    assert driver.spawn(bench.operation(other.server_id), larger, "pair-1").node == "pair-1"


def test_aborted_live_migration() -> None:
    """Between copy and switch there is progress to see, and an abort leaves the guest here."""
    backend = FakeBackend()
    bench = Bench(backend)
    spec = bench.spawn()
    faults = [{"at": "hypervisor.switch", "when": "before", "delay": 0.5}]
    slow, there = backend.driver("here", {"faults": faults}), backend.neighbour()
    source, target = slow.facet(LIVE_MIGRATION), there.facet(LIVE_MIGRATION)
    assert source is not None
    assert target is not None
    operation = bench.operation(spec.server_id)
    ticket = target.prepare_live(operation, spec, "there")
    with ThreadPoolExecutor(1) as pool:
        migration = pool.submit(source.migrate_live, operation, spec.server_id, ticket)
        while not source.live_progress(spec.server_id).running:
            assert not migration.done()
        source.abort_live(bench.operation(spec.server_id), spec.server_id)
        with pytest.raises(BackendFailed, match="was aborted; it still runs here"):
            migration.result()
    assert bench.power(spec) is PowerState.RUNNING
    assert there.list_guests() == ()
    assert not source.live_progress(spec.server_id).running


def test_migration_to_the_same_host() -> None:
    """Is refused, with the way to do it."""
    backend = FakeBackend()
    bench = Bench(backend)
    spec = bench.spawn()
    move = bench.need(COLD_MIGRATION)
    ticket = move.prepare_move(bench.operation(spec.server_id), spec, "here")
    with pytest.raises(InvalidRequest, match="resize it in place"):
        move.send_guest(bench.operation(spec.server_id), spec.server_id, ticket)
