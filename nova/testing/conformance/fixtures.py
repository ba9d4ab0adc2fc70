"""The suite's one fixture."""

from collections.abc import Iterator

import pytest

from nova.testing.conformance.harness import Backend, Bench


@pytest.fixture
def bench(backend: Backend, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A bench on the driver's `backend` fixture; tests that the driver's `skips` name are skipped here."""
    test = request.node.originalname
    group = request.node.cls.__name__
    for key in (group, test, f"{group}.{test}"):
        if key in backend.skips:
            pytest.skip(f"{key}: {backend.skips[key]}")
    made = Bench(backend)
    yield made
    made.clean()
