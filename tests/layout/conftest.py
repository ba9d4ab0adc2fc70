"""One pristine copy for a whole run, and cheap copies of it."""

import shutil
from pathlib import Path

import pytest

from tests.layout.trees import Copy


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy.make(tmp_path_factory.mktemp("pristine") / "tree")


@pytest.fixture
def copy(pristine: Copy, tmp_path: Path) -> Copy:
    """A copy of the tree that a test may break."""
    shutil.copytree(pristine.path, tmp_path / "tree", symlinks=True)
    return Copy(tmp_path / "tree")
