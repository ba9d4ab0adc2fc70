"""Each call after a crash in the middle of it: the next driver finishes the work."""

import pytest

from nova.testing.conformance.calls import Call, each_call
from nova.testing.conformance.harness import Bench


class TestCrashes:
    """The driver dies at one of its calls to the backend, and another takes over."""

    @each_call
    def test_finished_by_the_next(self, bench: Bench, call: Call) -> None:
        """Wherever the first driver died, the second one makes the same call again and succeeds."""
        died = 0
        for nth in bench.backend.crash_points:
            bench.restart()
            case = call.ready(bench)
            operation = bench.operation(case.spec.server_id)
            bench.driver = bench.backend.doomed(nth)
            try:
                call.act(bench, operation, case)
                alive = True
            except SystemExit:
                alive = False
                died += 1
            bench.restart([operation])
            if not alive:
                listed = [guest for guest in bench.driver.list_guests() if guest.server_id == case.spec.server_id]
                found = bench.inspect(case.spec)
                assert listed == ([found] if found is not None else []), f"list and inspect differ, crash at {nth}"
                call.act(bench, operation, case)
            call.worked(bench, case)
            bench.run(bench.driver.destroy, bench.operation(case.spec.server_id), case.spec.server_id)
            if alive:
                break
        assert died, f"{call.name} makes no call to the backend: the harness' doomed() does not work"

    def test_half_made_guest_can_be_destroyed(self, bench: Bench) -> None:
        """Whatever a crash left of a spawn, destroy removes it, and nothing of it is listed then."""
        for nth in bench.backend.crash_points:
            spec, node = bench.spec(), bench.node()
            operation = bench.operation(spec.server_id)
            doomed = bench.backend.doomed(nth)
            try:
                bench.run(doomed.spawn, operation, spec, node)
            except SystemExit:
                bench.restart([operation])
                bench.run(bench.driver.destroy, bench.operation(spec.server_id), spec.server_id)
                assert bench.inspect(spec) is None
                assert spec.server_id not in {guest.server_id for guest in bench.driver.list_guests()}
            else:
                return
        if len(bench.backend.crash_points) == 0:
            pytest.fail("crash_points is empty")
