"""`pytest --onetree`: run the tests that the change affects, and leave the rest out without importing them.

The plug-in is loaded by every run of pytest where onetree is installed, so that it imports nothing until it is asked.
It also knows the marker `reads`: ``pytestmark = pytest.mark.reads("nova/virt/**")`` says which files of the tree the
tests of a file read, where that cannot be seen; without globs, that they read none.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from onetree.adapters.pytest_selection import Answer  # onetree: on request

_ASKED = "onetree_scope"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("onetree", "the tests that the change affects")
    group.addoption("--onetree", action="store_true", help="run only the tests that the current change affects")
    group.addoption("--onetree-target", metavar="REV", default="", help="what the change is to be merged into")


def pytest_configure(config: pytest.Config) -> None:
    """Where asked, select the tests once; the workers of pytest-xdist are told by the process that started them."""
    config.addinivalue_line("markers", "reads(*globs): the files of the tree that these tests read, for onetree")
    if config.getoption("--onetree") or config.getoption("--onetree-target"):
        from onetree.adapters import pytest_selection  # onetree: on request

        answer = pytest_selection.told(config) or _asked(config)
        config.pluginmanager.register(pytest_selection.Selection(answer), _ASKED)


def _asked(config: pytest.Config) -> "Answer":
    """Judge the change. Raises UsageError where it cannot be found out."""
    from onetree.adapters.pytest_selection import Answer  # onetree: on request
    from onetree.commands import tests  # onetree: on request
    from onetree.commands.context import Which, open_context  # onetree: on request
    from onetree.policy.values import InputError  # onetree: on request

    try:
        context = open_context(str(config.rootpath), "")
        report = tests.run(context, Which(target=config.getoption("--onetree-target")))
    except InputError as error:
        raise pytest.UsageError(f"onetree: {error}") from None
    selected = {each.path: "; ".join(each.reasons) for each in report.selected}
    return Answer(context.repo.root, report.label, report.scope.tests, selected, report.scope.notices)
