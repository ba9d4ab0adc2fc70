"""What a path's name alone tells."""

from typing import Final

_TEST_FOLDERS: Final = frozenset({"test", "tests"})
_DOCUMENTS: Final = (".md", ".rst", ".adoc")
_DOCUMENT_NAMES: Final = frozenset({"LICENSE", "NOTICE", "AUTHORS", "CHANGELOG", "COPYING", ".mailmap"})


def is_for_tests(path: str) -> bool:
    """Whether a file exists for tests only: a test, a conftest, and whatever is in a folder of tests."""
    *folders, name = path.split("/")
    return name == "conftest.py" or name.startswith("test_") or not _TEST_FOLDERS.isdisjoint(folders)


def is_document(path: str) -> bool:
    """Whether a path is for readers: a text in a documentation format, or anything but Python below docs/ or doc/."""
    *folders, name = path.split("/")
    if name.endswith(_DOCUMENTS) or name in _DOCUMENT_NAMES:
        return True
    return bool(folders) and folders[0] in ("doc", "docs") and not name.endswith(".py")
