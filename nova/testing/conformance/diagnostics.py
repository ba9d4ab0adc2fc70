"""The facet Diagnostics."""

from uuid import uuid4

import pytest

from nova.domain.ids import ServerId
from nova.domain.states import PowerState
from nova.driverapi.errors import GuestNotFound
from nova.driverapi.facets import DIAGNOSTICS
from nova.testing.conformance.harness import Bench


class TestDiagnostics:
    """Figures about a guest."""

    def test_of_a_running_guest(self, bench: Bench) -> None:
        """They are about this guest: its power state and its processors."""
        diagnostics, spec = bench.need(DIAGNOSTICS), bench.spawn()
        figures = diagnostics.diagnostics(spec.server_id)
        assert figures.power is PowerState.RUNNING
        assert figures.hypervisor
        assert len(figures.cpu_times) in {0, spec.flavor.vcpus}

    def test_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """They say so."""
        diagnostics, spec = bench.need(DIAGNOSTICS), bench.stopped()
        assert diagnostics.diagnostics(spec.server_id).power is PowerState.SHUTDOWN

    def test_of_nobody(self, bench: Bench) -> None:
        """GuestNotFound."""
        with pytest.raises(GuestNotFound):
            bench.need(DIAGNOSTICS).diagnostics(ServerId(str(uuid4())))
