"""Every rule, on a small tree: what it selects, and what is missed without it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from onetree.policy.scoping import RULES

from tools.onetree.tests.selection.trees import scoped

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "data" / "rules.toml").read_text())["case"]
each_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


@each_case
def test_selects_what_the_change_affects_and_no_more(case: dict[str, Any]) -> None:
    scope = scoped(case["files"], case.get("change", {}), case.get("deleted", ()), symlinks=case.get("symlinks", ()))
    assert [each.path for each in scope.selected] == case["selected"]
    assert (scope.mode, list(scope.notices)) == (case.get("mode", "some"), case.get("notices", []))


@each_case
def test_misses_it_without_the_rule(case: dict[str, Any]) -> None:
    scope = scoped(
        case["files"],
        case.get("change", {}),
        case.get("deleted", ()),
        symlinks=case.get("symlinks", ()),
        without=[case["rule"]],
    )
    assert [each.path for each in scope.selected] == case.get("left", [])


def test_every_rule_has_a_case() -> None:
    assert {case["rule"] for case in CASES} == set(RULES)
