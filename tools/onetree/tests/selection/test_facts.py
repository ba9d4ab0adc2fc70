"""What is read from one file: places, loads, words; and that nothing makes the reader fail."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.scoping.facts import facts_of, written

TABLE: dict[str, list[dict[str, Any]]] = tomllib.loads((Path(__file__).parent / "data" / "facts.toml").read_text())


@pytest.mark.parametrize("case", TABLE["place"], ids=lambda case: str(case["source"]))
def test_places(case: dict[str, Any]) -> None:
    found = facts_of(case["source"].encode(), case["path"]).places
    assert sorted(found) == sorted((module, path, line) for module, path, line in case["places"])


@pytest.mark.parametrize("case", TABLE["load"], ids=lambda case: str(case["source"]))
def test_loads(case: dict[str, Any]) -> None:
    found = facts_of(case["source"].encode(), "pkg/a.py").loads
    assert sorted(found) == sorted((kind, name, line) for kind, name, line in case["loads"])


def test_words_runs_and_names() -> None:
    facts = facts_of(b"x = ['a/b.json', \"-m\", 'pkg.cmd', 'not one', 'c.d:e']\n'''\n\"in/triple\"'''\n", "a.py")
    assert {"a/b.json", "-m", "pkg.cmd", "c.d:e", "in/triple"} <= facts.words
    assert facts.runs == (("pkg.cmd", 1),)
    assert facts.dotted == (("pkg.cmd", 1), ("c.d:e", 1))


def test_programs_in_strings() -> None:
    found = list(written(b"SCRIPT = '''\nfrom a.b import c, d\nimport e.f\n'''"))
    assert found == [("a.b", 2), ("a.b.c", 2), ("a.b.d", 2), ("e.f", 3)]


def test_declared_reads_stand_in_the_place_of_places() -> None:
    source = b"import pytest\npytestmark = pytest.mark.reads('a/**', X)\nprint(__file__)\n"
    facts = facts_of(source, "tests/test_a.py")
    assert (facts.reads, facts.places) == ((("a/**", 2), ("**", 2)), ())


@given(st.binary())
def test_any_bytes(text: bytes) -> None:
    facts_of(text, "tests/test_a.py")


@given(
    st.lists(
        st.sampled_from(["__file__", "Path(", ")", ".parent", ".parents[1]", " / 'a'", "\n", "x = ", "x", "for x in "])
    )
)
def test_any_use_of_the_file(parts: list[str]) -> None:
    facts_of("".join(parts).encode(), "tests/test_a.py")
