"""Questions about a guest: they change nothing, so they are no operations."""

from collections.abc import Callable
from typing import TypeVar

from nova.compute.outcomes import failure_of, message_of
from nova.domain.ids import ServerId
from nova.domain.operations import Answer
from nova.domain.servers import Guest
from nova.domain.views import ConsoleEndpoint, GuestDiagnostics, MigrationProgress
from nova.driverapi import facets as api
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import NotSupported
from nova.driverapi.facets import F, Facet

T = TypeVar("T")


class Queries:
    """Asks a driver, and answers with the value or with the reason why there is none. Raises nothing."""

    def __init__(self, driver: ComputeDriver) -> None:
        self._driver = driver

    def inspect(self, server_id: ServerId) -> Answer[Guest]:
        """What the hypervisor has for the server now."""
        return _answer(lambda: self._driver.inspect(server_id))

    def console_output(self, server_id: ServerId, lines: int | None) -> Answer[bytes]:
        """The last lines that the guest printed."""
        return _answer(lambda: self._need(api.CONSOLE_OUTPUT).console_output(server_id, lines))

    def remote_console(self, server_id: ServerId, protocol: str) -> Answer[ConsoleEndpoint]:
        """Where a proxy reaches the guest's console."""
        return _answer(lambda: self._need(api.REMOTE_CONSOLE).remote_console(server_id, protocol))

    def diagnostics(self, server_id: ServerId) -> Answer[GuestDiagnostics]:
        """The guest's figures."""
        return _answer(lambda: self._need(api.DIAGNOSTICS).diagnostics(server_id))

    def live_progress(self, server_id: ServerId) -> Answer[MigrationProgress]:
        """How far a live migration is."""
        return _answer(lambda: self._need(api.LIVE_MIGRATION).live_progress(server_id))

    def _need(self, facet: Facet[F]) -> F:
        found = self._driver.facet(facet)
        if found is None:
            name = self._driver.identity().name
            raise NotSupported(f"The driver {name} does not support {facet.name.replace('_', ' ')}.")
        return found


def _answer(ask: Callable[[], T]) -> Answer[T]:
    try:
        return Answer(value=ask())
    except Exception as error:
        return Answer(failure=failure_of(error), message=message_of(error))
