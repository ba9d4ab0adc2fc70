"""The facet Pause; the calls themselves are rows of `calls`."""

import pytest

from nova.domain.states import PowerState
from nova.driverapi.errors import WrongPowerState
from nova.driverapi.facets import PAUSE
from nova.testing.conformance.harness import Bench


class TestPause:
    """Processors stop and go on."""

    def test_pause_and_unpause(self, bench: Bench) -> None:
        """PAUSED, then RUNNING."""
        pause, spec = bench.need(PAUSE), bench.spawn()
        assert bench.run(pause.pause, bench.operation(spec.server_id), spec.server_id).power is PowerState.PAUSED
        assert bench.run(pause.unpause, bench.operation(spec.server_id), spec.server_id).power is PowerState.RUNNING

    def test_pause_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """There is nothing to pause."""
        pause, spec = bench.need(PAUSE), bench.stopped()
        with pytest.raises(WrongPowerState):
            bench.run(pause.pause, bench.operation(spec.server_id), spec.server_id)
        assert bench.power(spec) is PowerState.SHUTDOWN
