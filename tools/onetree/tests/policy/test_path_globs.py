"""Globs over paths from the root, as settings and manifests write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.reading import path_globs


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("docs/libvirt/**", "docs/libvirt/a docs/libvirt/a/b.md", "docs/libvirt docs/libvirt2/a x/docs/libvirt/a"),
        ("nova/virt/*", "nova/virt/fake nova/virt/.x", "nova/virt nova/virt/fake/a x/nova/virt/a"),
        ("**/*.md", "a.md x/a.md x/y/.md", "a.mdx a.md/b"),
        ("a/**/b", "a/b a/x/b a/x/y/b", "a/xb ab a/b/c"),
        ("**", "a a/b", ""),
        ("a?[b-d][!x].py", "azbq.py", "a/bq.py azeq.py azbx.py"),
        ("{a,b/c}/*.py", "a/x.py b/c/x.py", "b/x.py"),
        ("setup.py", "setup.py", "setup_py x/setup.py"),
        ("a+(b).txt", "a+(b).txt", "aab.txt"),
    ],
)
def test_a_glob_is_anchored_at_the_root(glob: str, matching: str, others: str) -> None:
    assert path_globs.problem(glob) == ""
    for matches in (path_globs.one(glob), path_globs.matcher(["no/such/file", glob])):
        assert [path for path in matching.split() if not matches(path)] == []
        assert [path for path in others.split() if matches(path)] == []


@pytest.mark.parametrize(
    ("glob", "problem"),
    [
        ("a/", "it ends with a slash; what is below a folder is written folder/**"),
        ("a\\b", "it holds a backslash or a zero byte"),
        ("a**/b", "`**` must be a whole segment"),
        ("a/{**/b,c}", "`**` must be a whole segment"),
        ("/a", "it can match nothing: paths have no empty, `.` or `..` component"),
        ("a/../b", "it can match nothing: paths have no empty, `.` or `..` component"),
        ("{a", "`{` has no `}`"),
        ("[a", "`[` has no `]`"),
    ],
)
def test_a_bad_glob_says_why(glob: str, problem: str) -> None:
    assert path_globs.problem(glob) == problem


@pytest.mark.parametrize(
    ("glob", "prefix", "length", "folder"),
    [
        ("nova/tests/**", "nova/tests/", 11, True),
        ("nova/tests/**/test_libvirt*.py", "nova/tests/", 27, False),
        ("nova/*/**", "nova/", 6, False),
        ("nova/conf.py", "nova/conf.py", 12, False),
        ("{a,b}/c", "", 2, False),
    ],
)
def test_how_specific_a_glob_is(glob: str, prefix: str, length: int, folder: bool) -> None:
    assert path_globs.literal_prefix(glob) == prefix
    assert path_globs.literal_length(glob) == length
    assert path_globs.is_folder(glob) is folder


@given(st.text("a/*?[]{},!-.\\\n", max_size=12), st.text("a/.\n", max_size=8))
def test_any_glob_matches_or_has_a_problem(glob: str, path: str) -> None:
    if not path_globs.problem(glob) and path_globs.one(glob)(path):
        assert path.startswith(path_globs.literal_prefix(glob))
