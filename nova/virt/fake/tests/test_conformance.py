"""The in-memory driver passes the suite, without a skip."""

import pytest

from nova.testing.conformance import *  # noqa: F403  pytest finds the suite's classes here
from nova.virt.fake.tests.backend import FakeBackend


@pytest.fixture
def backend() -> FakeBackend:
    """A hypervisor for each test."""
    return FakeBackend()
