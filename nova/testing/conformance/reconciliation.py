"""Our guests and those of others on the same hypervisor."""

from nova.domain.states import PowerState
from nova.driverapi.values import PowerTarget, RebootKind
from nova.testing.conformance.calls import Call, each_call
from nova.testing.conformance.harness import Bench


class TestForeignGuests:
    """Guests that are not ours are neither shown nor touched."""

    def test_not_listed(self, bench: Bench) -> None:
        """The list has our guests and no others."""
        assert bench.backend.foreign_guests(), "the harness plants at least one"
        before = {guest.server_id for guest in bench.driver.list_guests()}
        spec = bench.spawn()
        assert {guest.server_id for guest in bench.driver.list_guests()} - before == {spec.server_id}
        known = {str(guest.server_id) for guest in bench.driver.list_guests()}
        assert not known & set(bench.backend.foreign_guests())

    @each_call
    def test_not_touched(self, bench: Bench, call: Call) -> None:
        """No call changes a guest that is not ours."""
        before = bench.backend.foreign_guests()
        case = call.ready(bench)
        call.act(bench, bench.operation(case.spec.server_id), case)
        assert bench.backend.foreign_guests() == before

    def test_not_touched_by_recovery(self, bench: Bench) -> None:
        """Nor does starting and recovering, with operations that nobody has heard of."""
        before = bench.backend.foreign_guests()
        bench.restart([bench.operation(bench.spec().server_id)])
        assert bench.backend.foreign_guests() == before


class TestChangesBehindOurBack:
    """The backend is right about what is there."""

    def test_killed_guest_is_seen_and_started(self, bench: Bench) -> None:
        """A guest that died is shown so at once, and starts again when asked to."""
        spec = bench.spawn()
        bench.backend.kill(spec.server_id)
        assert bench.power(spec) in {PowerState.SHUTDOWN, PowerState.CRASHED}
        bench.run(bench.driver.power, bench.operation(spec.server_id), spec.server_id, PowerTarget.ON, 0)
        assert bench.power(spec) is PowerState.RUNNING

    def test_killed_guest_survives_a_hard_reboot(self, bench: Bench) -> None:
        """As does a hard reboot."""
        spec = bench.spawn()
        bench.backend.kill(spec.server_id)
        bench.run(bench.driver.reboot, bench.operation(spec.server_id), spec.server_id, RebootKind.HARD)
        assert bench.power(spec) is PowerState.RUNNING
