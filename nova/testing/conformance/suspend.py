"""The facet Suspend; the calls themselves are rows of `calls`."""

import pytest

from nova.domain.states import PowerState
from nova.driverapi.errors import WrongPowerState
from nova.driverapi.facets import SUSPEND
from nova.testing.conformance.harness import Bench


class TestSuspend:
    """Memory is saved, and the guest goes on from there."""

    def test_suspended_outlives_the_driver(self, bench: Bench) -> None:
        """A suspended guest is still so for the next driver, which resumes it."""
        spec = bench.spawn()
        bench.run(bench.need(SUSPEND).suspend, bench.operation(spec.server_id), spec.server_id)
        bench.restart()
        assert bench.power(spec) is PowerState.SUSPENDED
        resumed = bench.run(bench.need(SUSPEND).resume, bench.operation(spec.server_id), spec.server_id)
        assert resumed.power is PowerState.RUNNING

    def test_suspend_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """There is nothing to save."""
        suspend, spec = bench.need(SUSPEND), bench.stopped()
        with pytest.raises(WrongPowerState):
            bench.run(suspend.suspend, bench.operation(spec.server_id), spec.server_id)
        assert bench.power(spec) is PowerState.SHUTDOWN
