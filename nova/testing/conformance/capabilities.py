"""What is declared is implemented, and the other way round."""

import inspect
from typing import Any

import pytest

from nova.driverapi.facets import FACETS, Facet
from nova.testing.conformance.harness import HOOKS, Bench

each_facet = pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
CORE = (
    "identity", "capabilities", "facet", "inventory", "list_guests", "inspect", "spawn", "power", "reboot", "destroy",
    "recover", "close",
)  # fmt: skip


class TestCapabilities:
    """An honest driver."""

    @each_facet
    def test_declared_is_implemented(self, bench: Bench, facet: Facet[object]) -> None:
        """The capability of a facet's name is True exactly when the driver has the facet."""
        declared = bench.driver.capabilities().declares(facet.name)
        assert declared == (bench.driver.facet(facet) is not None), f"declared: {declared}"

    @each_facet
    def test_facet_has_every_method(self, bench: Bench, facet: Facet[object]) -> None:
        """All of a facet is there, with the contract's parameters."""
        found: Any = bench.need(facet)
        for name, method in inspect.getmembers(facet.protocol, inspect.isfunction):
            if not name.startswith("_"):
                assert callable(getattr(found, name, None)), f"{facet.name} has no {name}()"
                wanted = [*inspect.signature(method).parameters][1:]
                assert [*inspect.signature(getattr(found, name)).parameters] == wanted, f"parameters of {name}()"

    def test_core_has_every_method(self, bench: Bench) -> None:
        """All of the core is there."""
        assert [name for name in CORE if not callable(getattr(bench.driver, name, None))] == []

    def test_declaration_stays_the_same(self, bench: Bench) -> None:
        """Capabilities follow from the options: another driver with the same ones declares the same."""
        assert bench.backend.start().capabilities() == bench.driver.capabilities()

    def test_declaration_does_not_need_the_backend(self, bench: Bench) -> None:
        """A driver can be made, and can say what it can do, while its backend is down."""
        declared = bench.driver.capabilities()
        with bench.backend.outage():
            assert bench.backend.start().capabilities() == declared

    def test_consoles_are_named(self, bench: Bench) -> None:
        """Remote consoles and console protocols are declared together."""
        capabilities = bench.driver.capabilities()
        assert capabilities.remote_console == bool(capabilities.console_protocols)

    def test_every_skip_has_a_reason_and_a_target(self, bench: Bench, request: pytest.FixtureRequest) -> None:
        """A skip that names nothing hides nothing: it is out of date."""
        known = set(HOOKS)
        for item in request.session.items:
            if isinstance(item, pytest.Function) and item.module is request.module and item.cls is not None:
                group, test = item.cls.__name__, item.originalname
                known |= {group, test, f"{group}.{test}"}
        assert {key: reason for key, reason in bench.backend.skips.items() if key not in known or not reason} == {}
