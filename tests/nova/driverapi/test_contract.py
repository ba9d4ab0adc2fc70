"""The contract itself: small, complete, and without a hole."""

import inspect
from typing import Annotated, get_type_hints

import msgspec
import pytest

from nova.driverapi import errors, facets, options
from nova.driverapi.capabilities import Capabilities
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import InvalidOptions
from nova.driverapi.facets import FACETS, Facet, FacetTable
from nova.driverapi.options import OptionHelp

PROTOCOLS = [ComputeDriver, *(facet.protocol for facet in FACETS)]


def _methods(protocol: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(method)
        for name, method in vars(protocol).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.__name__)
def test_protocols_are_small(protocol: type) -> None:
    """At most 12 methods of at most 5 parameters, all of them typed, each with a docstring."""
    methods = _methods(protocol)
    assert 1 <= len(methods) <= 12
    for name, signature in methods.items():
        assert len(signature.parameters) - 1 <= 5, name
        assert set(get_type_hints(getattr(protocol, name))) == {*list(signature.parameters)[1:], "return"}
        assert getattr(protocol, name).__doc__, name


def test_the_core_has_twelve_methods() -> None:
    """By name."""
    assert list(_methods(ComputeDriver)) == [
        "identity", "capabilities", "facet", "inventory", "list_guests", "inspect", "spawn", "power", "reboot",
        "destroy", "recover", "close",
    ]  # fmt: skip


def test_one_class_may_have_every_facet() -> None:
    """No two facets use the same method name."""
    names = [name for protocol in PROTOCOLS for name in _methods(protocol)]
    assert len(names) == len(set(names))


def test_capabilities_default_to_nothing() -> None:
    """And have one field for each facet."""
    nothing = Capabilities()
    assert not any(getattr(nothing, field) for field in nothing.__struct_fields__)
    assert [field for field in nothing.__struct_fields__ if field in {facet.name for facet in FACETS}] == [
        facet.name for facet in FACETS
    ]


def test_every_facet_is_in_the_list() -> None:
    """FACETS has all keys that the module defines."""
    assert set(FACETS) == {value for value in vars(facets).values() if isinstance(value, Facet)}


def test_facet_table() -> None:
    """What was provided is found, and nothing else."""

    class Watcher:
        def watch(self, listener: object) -> object:
            return listener

    watcher = Watcher()
    table = FacetTable([facets.GUEST_EVENTS.by(watcher)])  # type: ignore[arg-type]
    assert table.get(facets.GUEST_EVENTS) is watcher  # type: ignore[comparison-overlap]
    assert table.get(facets.PAUSE) is None
    assert repr(facets.PAUSE) == "Facet(pause)"


def test_the_errors_are_a_dozen_and_drawn_once() -> None:
    """The tree in the module's docstring has exactly the errors that there are."""
    found = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    drawn = {line.split()[1] for line in (errors.__doc__ or "").splitlines() if line.strip().startswith(("├──", "└──"))}
    assert drawn == found - {"DriverError"}
    assert len(drawn) <= 12


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    url: Annotated[str, msgspec.Meta(min_length=1, description="Where it is.")]
    workers: Annotated[int, msgspec.Meta(ge=1, description="How many at once.")] = 4
    tls: bool = True
    hosts: Annotated[tuple[str, ...], msgspec.Meta(description="Which ones.")] = ()

    def __post_init__(self) -> None:
        if self.tls and self.url.startswith("http:"):
            message = "tls needs an https URL"
            raise ValueError(message)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({"url": "x"}, Sample(url="x")),
        ({"url": "x", "workers": 2, "tls": False}, Sample(url="x", workers=2, tls=False)),
        ({"url": "x", "workers": "2", "tls": "false"}, Sample(url="x", workers=2, tls=False)),
        ({"url": "x", "hosts": ["a", "b"]}, Sample(url="x", hosts=("a", "b"))),
        ({"url": "x", "hosts": '["a", "b"]'}, Sample(url="x", hosts=("a", "b"))),
        ({"url": "[x]"}, Sample(url="[x]")),
    ],
)
def test_reading_options(section: dict[str, object], expected: Sample) -> None:
    """Typed values and text give the same."""
    assert options.read("acme", Sample, section) == expected


@pytest.mark.parametrize(
    ("section", "problems"),
    [
        ({}, {"url": "is required"}),
        (
            {"url": "", "workers": 0, "tsl": True},
            {
                "tsl": "unknown option, there are url, workers, tls, hosts",
                "url": "'': Expected `str` of length >= 1",
                "workers": "0: Expected `int` >= 1",
            },
        ),
        ({"url": "x", "hosts": "[1]"}, {"hosts": "'[1]': Expected `str`, got `int` - at `$[0]`"}),
        ({"url": "http://x"}, {"(all)": "tls needs an https URL"}),
    ],
)
def test_wrong_options(section: dict[str, object], problems: dict[str, str]) -> None:
    """Every problem at once."""
    with pytest.raises(InvalidOptions) as caught:
        options.read("acme", Sample, section)
    assert caught.value.problems == problems


def test_describing_options() -> None:
    """What a reference page is made from."""
    assert list(options.describe(Sample)) == [
        OptionHelp(name="url", kind="str", default=None, help="Where it is."),
        OptionHelp(name="workers", kind="int", default=4, help="How many at once."),
        OptionHelp(name="tls", kind="bool", default=True, help=""),
        OptionHelp(name="hosts", kind="tuple[str, ...]", default=(), help="Which ones."),
    ]
