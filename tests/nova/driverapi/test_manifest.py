"""What a driver's manifest may say to the service."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova.driverapi.manifest import Checks, DriverTable, Job, Manifest, ManifestError, parse

GOOD = b"""
name = "acme"
summary = "Acme's hypervisor"
status = "supported"
paths = ["docs/acme/**"]

[approvals]
count = 2

[checks]
gating = [{ job = "acme-functional", account = "acme-ci@example.org" }]
unproved_after_days = 7

[driver]
entry = "driver:AcmeDriver"
options = "config:Options"
"""


def test_all_of_it() -> None:
    """Keys of the tree's governance are passed over."""
    assert parse(GOOD, "subsystem.toml") == Manifest(
        name="acme",
        summary="Acme's hypervisor",
        status="supported",
        driver=DriverTable(entry="driver:AcmeDriver", options="config:Options"),
        checks=Checks(gating=(Job(job="acme-functional", account="acme-ci@example.org"),), unproved_after_days=7),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"", b"\xff", "subsystem.toml: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"name =", b"name ", "subsystem.toml: Expected '=' after a key in a key/value pair (at line 2, column 7)"),
        (b'name = "acme"', b"", "subsystem.toml: Object missing required field `name`"),
        (b'"acme"', b'""', "subsystem.toml: name is '', expected 1 to 255 characters that are not all blank"),
        (b"days = 7", b"days = 0", "subsystem.toml: Expected `int` >= 1 - at `$.checks.unproved_after_days`"),
        (b"entry =", b"entri =", "subsystem.toml: Object contains unknown field `entri` - at `$.driver`"),
        (
            b'"driver:AcmeDriver"',
            b'"driver.AcmeDriver"',
            "subsystem.toml: entry 'driver.AcmeDriver' is not of the form module:name, such as driver:MyDriver"
            " - at `$.driver`",
        ),
        (
            b'"config:Options"',
            b'"../config:Options"',
            "subsystem.toml: options '../config:Options' is not of the form module:name, such as driver:MyDriver"
            " - at `$.driver`",
        ),
        (b"[driver]", b"[diver]", "subsystem.toml: Object missing required field `driver`"),
    ],
)
def test_what_is_wrong(old: bytes, new: bytes, message: str) -> None:
    """The message names the file and the place."""
    with pytest.raises(ManifestError) as caught:
        parse(GOOD.replace(old, new, 1) if old else new + GOOD, "subsystem.toml")
    assert str(caught.value) == message


@given(st.binary())
def test_any_bytes(text: bytes) -> None:
    """Any bytes are a manifest or a ManifestError."""
    try:
        parse(text, "x")
    except ManifestError as error:
        assert str(error).startswith("x: ")


@given(
    st.dictionaries(
        st.sampled_from(["name", "summary", "status", "driver", "checks", "other"]),
        st.one_of(st.text("ab:.\\ ", max_size=8), st.integers(0, 9), st.just({"entry": "a:b"}), st.just({"entry": 1})),
    )
)
def test_any_document(document: dict[str, object]) -> None:
    """A manifest that is accepted says what the document says."""
    lines = [f"{key} = {_toml(value)}" for key, value in document.items()]
    text = "\n".join(lines)
    assert tomllib.loads(text) == document
    try:
        manifest = parse(text.encode(), "x")
    except ManifestError:
        return
    assert {"name": manifest.name, "summary": manifest.summary, "status": manifest.status} == {
        key: document[key] for key in ("name", "summary", "status")
    }
    assert document["driver"] == {"entry": manifest.driver.entry}


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\") + '"'
