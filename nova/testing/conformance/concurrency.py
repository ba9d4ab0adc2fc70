"""Many calls at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from nova.domain.servers import GuestSpec
from nova.domain.states import PowerState
from nova.driverapi.values import PowerTarget
from nova.testing.conformance.harness import Bench


def _together(bench: Bench, calls: list[Callable[[], object]]) -> list[object]:
    with ThreadPoolExecutor(max(2, bench.backend.parallel)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


class TestConcurrency:
    """Any number of threads use one driver."""

    def test_many_guests_at_once(self, bench: Bench) -> None:
        """Guests that are made side by side are all made, each once, whoever lists meanwhile."""
        specs = [bench.spec() for _ in range(bench.backend.parallel)]
        node = bench.node()

        def spawn(spec: GuestSpec) -> Callable[[], object]:
            return lambda: bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, node)

        _together(bench, [*(spawn(spec) for spec in specs), bench.driver.list_guests, bench.driver.inventory])
        listed = [guest.server_id for guest in bench.driver.list_guests()]
        assert [listed.count(spec.server_id) for spec in specs] == [1] * len(specs)

        def stop(spec: GuestSpec) -> Callable[[], object]:
            operation = bench.operation(spec.server_id)
            return lambda: bench.run(bench.driver.power, operation, spec.server_id, PowerTarget.OFF, 0)

        _together(bench, [stop(spec) for spec in specs])
        assert {bench.power(spec) for spec in specs} == {PowerState.SHUTDOWN}

        def destroy(spec: GuestSpec) -> Callable[[], object]:
            return lambda: bench.run(bench.driver.destroy, bench.operation(spec.server_id), spec.server_id)

        _together(bench, [destroy(spec) for spec in specs])
        left = {guest.server_id for guest in bench.driver.list_guests()}
        assert not left & {spec.server_id for spec in specs}

    def test_the_same_operation_twice_at_once(self, bench: Bench) -> None:
        """A caller that lost its lease still runs while another makes the same call: one guest, both succeed."""
        spec, node = bench.spec(), bench.node()
        operation = bench.operation(spec.server_id)
        calls = [lambda: bench.run(bench.driver.spawn, operation, spec, node)] * 2
        first, second = _together(bench, [*calls])
        assert first == second
        assert [guest.server_id for guest in bench.driver.list_guests()].count(spec.server_id) == 1
