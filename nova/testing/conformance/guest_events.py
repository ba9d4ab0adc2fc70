"""The facet GuestEvents."""

import queue

from nova.domain.states import PowerState
from nova.driverapi.facets import GUEST_EVENTS
from nova.driverapi.values import GuestEvent
from nova.testing.conformance.harness import Bench


class TestGuestEvents:
    """News of guests."""

    def test_killed_guest_is_told(self, bench: Bench) -> None:
        """A guest that dies behind our back is told to whoever watches."""
        events, spec = bench.need(GUEST_EVENTS), bench.spawn()
        heard: queue.Queue[GuestEvent] = queue.Queue()
        stop = events.watch(heard.put)
        try:
            bench.backend.kill(spec.server_id)
            while (event := heard.get(timeout=bench.backend.patience)).server_id != spec.server_id:
                pass
            assert event.power in {PowerState.SHUTDOWN, PowerState.CRASHED, None}
        finally:
            stop()

    def test_silence_after_the_end(self, bench: Bench) -> None:
        """Who has stopped watching hears nothing, and may stop twice."""
        events, spec = bench.need(GUEST_EVENTS), bench.spawn()
        heard: list[GuestEvent] = []
        stop = events.watch(heard.append)
        stop()
        stop()
        bench.run(bench.driver.destroy, bench.operation(spec.server_id), spec.server_id)
        assert heard == []
