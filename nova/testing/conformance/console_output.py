"""The facet ConsoleOutput."""

import time
from uuid import uuid4

import pytest

from nova.domain.ids import ServerId
from nova.driverapi.errors import GuestNotFound
from nova.driverapi.facets import CONSOLE_OUTPUT, ConsoleOutput
from nova.testing.conformance.harness import Bench


def _printed(bench: Bench, console: ConsoleOutput, server_id: ServerId) -> bytes:
    deadline = time.monotonic() + bench.backend.patience
    while not (text := console.console_output(server_id, None)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return text


class TestConsoleOutput:
    """What a guest printed."""

    def test_something_is_printed(self, bench: Bench) -> None:
        """A guest that boots prints something."""
        console, spec = bench.need(CONSOLE_OUTPUT), bench.spawn()
        assert _printed(bench, console, spec.server_id)

    def test_the_last_lines(self, bench: Bench) -> None:
        """As many lines as were asked for, from the end; none for 0."""
        console, spec = bench.need(CONSOLE_OUTPUT), bench.stopped()
        text = console.console_output(spec.server_id, None)
        assert console.console_output(spec.server_id, 1) == b"".join(text.splitlines(keepends=True)[-1:])
        assert console.console_output(spec.server_id, 0) == b""
        assert console.console_output(spec.server_id, 1_000_000) == text

    def test_of_nobody(self, bench: Bench) -> None:
        """GuestNotFound."""
        with pytest.raises(GuestNotFound):
            bench.need(CONSOLE_OUTPUT).console_output(ServerId(str(uuid4())), None)
