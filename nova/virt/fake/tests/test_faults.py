"""Delays, failures and crashes, as the options ask for them."""

import time
from collections.abc import Mapping

import pytest

from nova.driverapi import errors
from nova.driverapi.facets import PAUSE
from nova.testing.conformance.harness import Bench
from nova.virt.fake.driver import FakeDriver
from nova.virt.fake.faults import Crash
from nova.virt.fake.tests.backend import FakeBackend


class Faulty(FakeBackend):
    """Every driver has the faults that the test sets."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Mapping[str, object]] = []

    def start(self) -> FakeDriver:
        return self.driver("here", {"faults": self.faults})


@pytest.fixture
def backend() -> Faulty:
    return Faulty()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("unavailable", errors.BackendUnavailable),
        ("failed", errors.BackendFailed),
        ("denied", errors.AccessDenied),
        ("no-room", errors.NoRoom),
        ("in-progress", errors.InProgress),
        ("crash", Crash),
    ],
)
@pytest.mark.parametrize(("when", "there"), [("before", 0), ("after", 1)])
def test_each_error_on_each_side(backend: Faulty, error: str, kind: type[BaseException], when: str, there: int) -> None:
    """Before a call nothing is done yet; after it everything is."""
    bench = Bench(backend)
    spec, node = bench.spec(), bench.node()
    backend.faults = [{"at": "driver.spawn", "when": when, "error": error}]
    driver = backend.start()
    with pytest.raises(kind, match=rf"{when} driver\.spawn"):
        driver.spawn(bench.operation(spec.server_id), spec, node)
    assert len(driver.list_guests()) == there


def test_nth_and_times(backend: Faulty) -> None:
    """From the second call on, for two calls."""
    backend.faults = [{"at": "driver.list_guests", "error": "failed", "nth": 2, "times": 2}]
    driver = backend.start()
    outcomes = []
    for _ in range(5):
        try:
            driver.list_guests()
            outcomes.append("ok")
        except errors.BackendFailed:
            outcomes.append("failed")
    assert outcomes == ["ok", "failed", "failed", "ok", "ok"]


def test_for_ever(backend: Faulty) -> None:
    """Zero times is without end."""
    backend.faults = [{"at": "driver.identity", "error": "denied", "times": 0}]
    driver = backend.start()
    for _ in range(3):
        with pytest.raises(errors.AccessDenied):
            driver.identity()


def test_delay(backend: Faulty) -> None:
    """A delay without an error is only that."""
    backend.faults = [{"at": "driver.identity", "delay": 0.05}]
    driver = backend.start()
    started = time.monotonic()
    assert driver.identity().name == "fake"
    assert time.monotonic() - started >= 0.05


def test_facets_are_struck_too(backend: Faulty) -> None:
    """Optional abilities are calls as any other."""
    backend.faults = [{"at": "driver.pause", "error": "failed"}]
    bench = Bench(backend)
    spec = bench.spawn()
    with pytest.raises(errors.BackendFailed):
        bench.need(PAUSE).pause(bench.operation(spec.server_id), spec.server_id)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nodes": 0}, "[driver.fake] nodes: 0: Expected `int` >= 1"),
        ({"node": 1}, "[driver.fake] node: unknown option, there are nodes, vcpus, memory_mb, disk_gb, faults"),
        (
            {"vcpus": "many", "faults": [{"error": "boom"}]},
            "[driver.fake] vcpus: 'many': Expected `int`, got `str`; faults: [{'error': 'boom'}]: error 'boom' is none"
            " of none, crash, unavailable, failed, denied, no-room, in-progress - at `$[0]`",
        ),
    ],
)
def test_wrong_options(backend: Faulty, options: Mapping[str, object], message: str) -> None:
    """All that is wrong is said at once."""
    with pytest.raises(errors.InvalidOptions) as caught:
        backend.driver("here", options)
    assert str(caught.value) == message


def test_options_as_text(backend: Faulty) -> None:
    """A configuration file without types gives the same options."""
    text = {"nodes": "3", "faults": '[{"at": "driver.identity", "error": "denied"}]'}
    driver = backend.driver("text", text)
    assert len(driver.inventory()) == 3
    with pytest.raises(errors.AccessDenied):
        driver.identity()
