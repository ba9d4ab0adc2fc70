"""The part of `pytest --onetree` that is loaded when it is asked for: which files are left out, and what is said."""

import json
import os
from typing import Any, Final, NamedTuple

import pytest

_KEY: Final = "onetree"


class Answer(NamedTuple):
    """What a run needs to know: the repository's root, the paths of its test files, and those that are to run.

    `selected` gives each of these its reason; `label` says which change was judged.
    """

    root: str
    label: str
    tests: frozenset[str]
    selected: dict[str, str]
    notices: tuple[str, ...]


class Selection:
    """The hooks. Files that are not selected are not even imported, unless the command line names them."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._left_out: set[str] = set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist, so that it need not ask again."""
        answer = self._answer
        # As JSON, which unlike execnet carries paths that are not UTF-8.
        told = [answer.root, answer.label, sorted(answer.tests), answer.selected, answer.notices]
        node.workerinput[_KEY] = json.dumps(told)

    def pytest_ignore_collect(self, collection_path: os.PathLike[str], config: pytest.Config) -> bool | None:
        """Leave out a file; one that is an argument of its own is collected, for pytest would call it missing."""
        path = self._left(collection_path)
        if not path or any(argument.partition("::")[0].endswith(os.path.basename(path)) for argument in config.args):
            return None
        self._left_out.add(path)
        return True

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Deselect the tests of files that the command line names and the change does not affect."""
        kept: list[pytest.Item] = []
        dropped: list[pytest.Item] = []
        for item in items:
            path = self._left(item.path)
            if path:
                self._left_out.add(path)
            (dropped if path else kept).append(item)
        if dropped:
            items[:] = kept
            config.hook.pytest_deselected(items=dropped)

    def pytest_report_header(self) -> list[str]:
        """How many files run and why, before they do."""
        answer = self._answer
        count = f"{len(answer.selected)} of {len(answer.tests)} test files are affected by {answer.label}"
        return [f"onetree: {count}", *(f"onetree: {notice}" for notice in answer.notices)]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What was left out, and with -v each reason."""
        answer = self._answer
        terminalreporter.section("onetree")
        if terminalreporter.config.get_verbosity() > 0:
            for path, reason in answer.selected.items():
                terminalreporter.write_line(f"{path}\n    {reason}")
        rest = len(answer.tests) - len(answer.selected)
        terminalreporter.write_line(f"{rest} of {len(answer.tests)} test files left out: no change leads to them.")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Nothing to run is no failure where the change affects nothing."""
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK

    def _left(self, path: os.PathLike[str]) -> str:
        """The path from the root of a test file that is to be left out, else ""."""
        relative = os.path.relpath(path, self._answer.root).replace(os.sep, "/")
        return relative if relative in self._answer.tests and relative not in self._answer.selected else ""


def told(config: pytest.Config) -> Answer | None:
    """In a worker of pytest-xdist, what the process that started it found out."""
    found = getattr(config, "workerinput", {}).get(_KEY)
    if found is None:
        return None
    root, label, tests, selected, notices = json.loads(found)
    return Answer(root, label, frozenset(tests), selected, tuple(notices))
