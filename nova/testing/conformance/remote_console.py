"""The facet RemoteConsole."""

from uuid import uuid4

import pytest

from nova.domain.ids import ServerId
from nova.driverapi.errors import GuestNotFound, NotSupported, WrongPowerState
from nova.driverapi.facets import REMOTE_CONSOLE
from nova.testing.conformance.harness import Bench


class TestRemoteConsole:
    """Where a console is reached."""

    def test_every_declared_protocol(self, bench: Bench) -> None:
        """Each of them has an address."""
        console, spec = bench.need(REMOTE_CONSOLE), bench.spawn()
        for protocol in sorted(bench.driver.capabilities().console_protocols):
            endpoint = console.remote_console(spec.server_id, protocol)
            assert endpoint.protocol == protocol
            assert endpoint.url or (endpoint.host and endpoint.port)

    def test_another_protocol(self, bench: Bench) -> None:
        """NotSupported."""
        console, spec = bench.need(REMOTE_CONSOLE), bench.spawn()
        with pytest.raises(NotSupported):
            console.remote_console(spec.server_id, "semaphore")

    def test_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """There is no console."""
        console, spec = bench.need(REMOTE_CONSOLE), bench.stopped()
        for protocol in bench.driver.capabilities().console_protocols:
            with pytest.raises(WrongPowerState):
                console.remote_console(spec.server_id, protocol)

    def test_of_nobody(self, bench: Bench) -> None:
        """GuestNotFound."""
        console = bench.need(REMOTE_CONSOLE)
        for protocol in bench.driver.capabilities().console_protocols:
            with pytest.raises(GuestNotFound):
                console.remote_console(ServerId(str(uuid4())), protocol)
