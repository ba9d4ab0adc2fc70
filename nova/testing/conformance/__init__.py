"""The conformance suite: what every driver must do, as tests.

A driver opts in with a module of its own tests, `tests/test_conformance.py`::

    import pytest
    from nova.testing.conformance import *  # noqa: F403  pytest finds the suite's classes here
    from nova.virt.NAME.tests.backend import NameBackend

    @pytest.fixture
    def backend() -> NameBackend:
        return NameBackend()

`Backend` (harness.py) is what the suite needs of the hypervisor; in `Backend.skips` a driver leaves something out, with
the reason. The core contract, each facet, and each rule that holds for all calls is a module and a class here.
"""

from nova.testing.conformance.capabilities import TestCapabilities
from nova.testing.conformance.cold_migration import TestColdMigration
from nova.testing.conformance.concurrency import TestConcurrency
from nova.testing.conformance.console_output import TestConsoleOutput
from nova.testing.conformance.core import TestCore
from nova.testing.conformance.crashes import TestCrashes
from nova.testing.conformance.diagnostics import TestDiagnostics
from nova.testing.conformance.fixtures import bench
from nova.testing.conformance.guest_events import TestGuestEvents
from nova.testing.conformance.idempotency import TestIdempotency
from nova.testing.conformance.image_cache import TestImageCache
from nova.testing.conformance.inside import TestAdminPassword, TestCrashDump
from nova.testing.conformance.interface_attach import TestInterfaceAttach
from nova.testing.conformance.limits import TestLimits
from nova.testing.conformance.live_migration import TestLiveMigration
from nova.testing.conformance.names import TestNames
from nova.testing.conformance.outcomes import TestOutcomes
from nova.testing.conformance.pause import TestPause
from nova.testing.conformance.rebuild import TestRebuild
from nova.testing.conformance.reconciliation import TestChangesBehindOurBack, TestForeignGuests
from nova.testing.conformance.remote_console import TestRemoteConsole
from nova.testing.conformance.rescue import TestRescue
from nova.testing.conformance.resize import TestResize
from nova.testing.conformance.snapshot import TestSnapshot
from nova.testing.conformance.suspend import TestSuspend
from nova.testing.conformance.volume_attach import TestVolumeAttach

__all__ = [
    "TestAdminPassword",
    "TestCapabilities",
    "TestChangesBehindOurBack",
    "TestColdMigration",
    "TestConcurrency",
    "TestConsoleOutput",
    "TestCore",
    "TestCrashDump",
    "TestCrashes",
    "TestDiagnostics",
    "TestForeignGuests",
    "TestGuestEvents",
    "TestIdempotency",
    "TestImageCache",
    "TestInterfaceAttach",
    "TestLimits",
    "TestLiveMigration",
    "TestNames",
    "TestOutcomes",
    "TestPause",
    "TestRebuild",
    "TestRemoteConsole",
    "TestRescue",
    "TestResize",
    "TestSnapshot",
    "TestSuspend",
    "TestVolumeAttach",
    "bench",
]
