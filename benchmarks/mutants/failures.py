"""A pytest plug-in that writes which test files failed or could not be collected, one a line, to $MUTANT_FAILURES."""

import os

import pytest


class _Failures:
    def __init__(self, path: str) -> None:
        self._path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._add(report.nodeid)

    def _add(self, nodeid: str) -> None:
        with open(self._path, "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(nodeid.partition("::")[0] + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """The workers of pytest-xdist report to the process that started them, which writes."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Failures(os.environ["MUTANT_FAILURES"]))
