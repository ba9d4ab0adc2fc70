"""The facets AdminPassword and CrashDump: what is done inside of a guest."""

import pytest

from nova.domain.states import PowerState
from nova.driverapi.errors import WrongPowerState
from nova.driverapi.facets import ADMIN_PASSWORD, CRASH_DUMP
from nova.testing.conformance.harness import Bench


class TestAdminPassword:
    """The administrator's password."""

    def test_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """Nobody is there to set it."""
        password, spec = bench.need(ADMIN_PASSWORD), bench.stopped()
        with pytest.raises(WrongPowerState):
            bench.run(password.set_admin_password, bench.operation(spec.server_id), spec.server_id, "secret")

    def test_of_any_characters(self, bench: Bench) -> None:
        """Quotes, spaces and scripts are characters as any other."""
        password, spec = bench.need(ADMIN_PASSWORD), bench.spawn()
        for text in ('it\'s "$HOME" `id`', "пароль 密碼", "x" * 255):
            bench.run(password.set_admin_password, bench.operation(spec.server_id), spec.server_id, text)
        assert bench.power(spec) is PowerState.RUNNING


class TestCrashDump:
    """A dump of the guest's memory."""

    def test_of_a_guest_that_is_off(self, bench: Bench) -> None:
        """There is nothing to dump."""
        dump, spec = bench.need(CRASH_DUMP), bench.stopped()
        with pytest.raises(WrongPowerState):
            bench.run(dump.trigger_crash_dump, bench.operation(spec.server_id), spec.server_id)
