import contextlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.reading import globs
from wcmatch import glob as wcmatch

DATA = Path(__file__).parent / "data" / "owners"
ROWS: list[dict[str, Any]] = tomllib.loads((DATA / "globs.toml").read_text())["row"]
VALID = [row for row in ROWS if "error" not in row]

COMPONENT = st.text("ab.-", min_size=1, max_size=4).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(COMPONENT, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize("row", VALID, ids=lambda row: f"{row['origin']} {row['glob']}")
def test_a_glob_matches_what_gerrit_and_java_match(row: dict[str, Any]) -> None:
    matches = globs.matcher(row["glob"])
    paths = row["matches"] + row["misses"]
    assert [path for path in paths if matches(path)] == row["matches"]


@pytest.mark.parametrize(
    ("glob", "error"),
    [
        *((row["glob"], row["error"]) for row in ROWS if "error" in row),
        ("{a,{b,c}}", "groups do not nest: a second `{` before `}`"),
        ("[ab", "`[` has no `]`"),
        ("[]a]", "nothing stands between `[` and `]`"),
        ("[!]a", "nothing stands between `[` and `]`"),
        ("[b-a]", "the range `b-a` is the wrong way round"),
        ("[a-b-c]", "a `-` in brackets has no start of a range before it"),
        ("[a/b]", "a slash cannot stand in brackets"),
        ("a\\", "nothing follows the last backslash"),
        ("/a", "it can match nothing: paths have no empty, `.` or `..` component"),
        ("a/", "it can match nothing: paths have no empty, `.` or `..` component"),
        ("a//b", "it can match nothing: paths have no empty, `.` or `..` component"),
        ("./a", "it can match nothing: paths have no empty, `.` or `..` component"),
        ("../a", "it can match nothing: paths have no empty, `.` or `..` component"),
        ("{a,b}" * 9, "its groups make 512 alternatives, more than 256"),
        ("{a,b}" * 60, f"its groups make {2**60} alternatives, more than 256"),
        ("a" * 513, "it is longer than 512 characters"),
    ],
)
def test_a_glob_that_does_not_compile_or_never_matches_is_an_error(glob: str, error: str) -> None:
    with pytest.raises(globs.GlobError) as raised:
        globs.check(glob)
    assert str(raised.value) == error


def test_an_alternative_that_never_matches_is_none_where_another_does() -> None:
    matches = globs.matcher("a/{,b}")
    assert [path for path in ("a", "a/b", "x/a/b") if matches(path)] == ["a/b", "x/a/b"]


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*.md", "a\nb.md"),
        ("**.md", "a\nb/c\n.md"),
        ("a?b", "a\nb"),
        ("*", "\udcff\udcfe"),
        ("?.c", "\udcff.c"),
        ("[!a]", "\udcff"),
        ("a[[]1].c", "a[1].c"),
        ("a\\[1\\].c", "a[1].c"),
        ("\\{a\\,b\\}", "{a,b}"),
        ("a}b,c", "a}b,c"),
        ("ä*", "äö"),
    ],
)
def test_odd_paths_match(glob: str, path: str) -> None:
    """Line feeds, bytes that are not UTF-8, brackets and braces are characters like any other."""
    assert globs.matcher(glob)(path)


@pytest.mark.parametrize("glob", ["*.md", "a"])
def test_a_line_feed_at_the_end_is_part_of_the_name(glob: str) -> None:
    assert not globs.matcher(glob)("a\n" if glob == "a" else "a.md\n")


@given(
    glob=st.lists(st.sampled_from(["a", "b", ".", "-", "*", "?", "/", "[ab]", "[!a]", "[a-b]", "{a,b/}", "{*,ab}"])),
    path=PATHS,
)
def test_globs_without_double_stars_match_as_in_wcmatch(glob: list[str], path: str) -> None:
    """An independent matcher agrees wherever Java's and Python's globs mean the same: not for ``**`` and ``[^a]``."""
    text = "".join(glob)
    if "**" in text:
        return
    try:
        matches = globs.matcher(text)
    except globs.GlobError:
        return
    flags = wcmatch.GLOBSTAR | wcmatch.BRACE | wcmatch.DOTGLOB | wcmatch.FORCEUNIX
    assert bool(matches(path)) == wcmatch.globmatch(path, "{**/,}" + text, flags=flags)


@given(name=st.text("ab.", min_size=1, max_size=3).filter(lambda name: name.strip(".")), path=PATHS)
def test_a_literal_names_the_file_in_every_folder(name: str, path: str) -> None:
    assert bool(globs.matcher(name)(path)) == (path == name or path.endswith("/" + name))


@given(suffix=st.text("ab.", min_size=1, max_size=3), path=PATHS)
def test_a_suffix_reaches_every_folder(suffix: str, path: str) -> None:
    assert bool(globs.matcher("*" + suffix)(path)) == path.endswith(suffix)


@given(st.text())
def test_any_text_is_a_glob_or_an_error(text: str) -> None:
    with contextlib.suppress(globs.GlobError):
        globs.matcher(text)("a/b")


@given(st.text("a,{}[]"))
def test_splitting_loses_nothing(text: str) -> None:
    assert ",".join(globs.split(text)) == text


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*a" * 250 + "b", "a" * 4000),
        ("**a*a" * 100 + "b", ("a" * 255 + "/") * 15 + "a"),
        ("*" * 511 + "b", "a" * 4000),
        ("**/" * 170 + "b", "a/" * 2000 + "a"),
        ("{*a,**a}" * 8 + "b", "a" * 1000),
        ("?" * 512, "a" * 4000),
    ],
)
def test_matching_is_bounded(glob: str, path: str) -> None:
    """A backtracking matcher would run for years on these, so that the test ends is what it proves."""
    assert not globs.matcher(glob)(path)
