"""Each call twice: the second time nothing happens."""

from msgspec.structs import replace

from nova.domain.states import PowerState
from nova.driverapi import facets as api
from nova.driverapi.values import PowerTarget, RebootKind
from nova.testing.conformance.calls import Call, each_call
from nova.testing.conformance.harness import Bench


class TestIdempotency:
    """A call is known again by its operation."""

    @each_call
    def test_once_and_again(self, bench: Bench, call: Call) -> None:
        """The same call again succeeds, returns the same and changes nothing."""
        case = call.ready(bench)
        operation = bench.operation(case.spec.server_id)
        first = call.act(bench, operation, case)
        call.worked(bench, case)
        before = bench.inspect(case.spec)
        assert call.act(bench, operation, case) == first
        call.worked(bench, case)
        assert bench.inspect(case.spec) == before

    @each_call
    def test_again_by_another_process(self, bench: Bench, call: Call) -> None:
        """What was done is known to the next driver as well: it is written down in the backend."""
        case = call.ready(bench)
        operation = bench.operation(case.spec.server_id)
        first = call.act(bench, operation, case)
        bench.restart([operation])
        assert call.act(bench, operation, case) == first
        call.worked(bench, case)

    def test_reboot_is_not_repeated(self, bench: Bench) -> None:
        """A repeated reboot does not disturb what came after it."""
        spec = bench.spawn()
        reboot = bench.operation(spec.server_id)
        bench.run(bench.driver.reboot, reboot, spec.server_id, RebootKind.HARD)
        bench.run(bench.driver.power, bench.operation(spec.server_id), spec.server_id, PowerTarget.OFF, 0)
        bench.run(bench.driver.reboot, reboot, spec.server_id, RebootKind.HARD)
        assert bench.power(spec) is PowerState.SHUTDOWN

    def test_spawn_is_not_repeated(self, bench: Bench) -> None:
        """A repeated spawn does not start a guest that was stopped since."""
        spec, node = bench.spec(), bench.node()
        spawn = bench.operation(spec.server_id)
        bench.run(bench.driver.spawn, spawn, spec, node)
        bench.run(bench.driver.power, bench.operation(spec.server_id), spec.server_id, PowerTarget.OFF, 0)
        bench.run(bench.driver.spawn, spawn, spec, node)
        assert bench.power(spec) is PowerState.SHUTDOWN

    def test_steps_of_one_operation_are_told_apart(self, bench: Bench) -> None:
        """Two steps of the same operation are two pieces of work."""
        spec = bench.spawn()
        off = bench.operation(spec.server_id)
        bench.run(bench.driver.power, off.at("off"), spec.server_id, PowerTarget.OFF, 0)
        bench.run(bench.driver.power, off.at("on"), spec.server_id, PowerTarget.ON, 0)
        assert bench.power(spec) is PowerState.RUNNING

    def test_resize_to_the_same_flavor_waits_for_nothing(self, bench: Bench) -> None:
        """A resize that changes nothing leaves nothing to confirm."""
        resize = bench.need(api.RESIZE)
        spec = bench.spawn()
        guest = bench.run(resize.resize, bench.operation(spec.server_id), replace(spec), bench.node())
        assert not guest.resized
