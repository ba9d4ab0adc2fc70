import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.ownership.grammar import LINE_MAX, Grant, Import, OwnersError, OwnersFile, importable, parse
from onetree.policy.reading.globs import split

DATA = Path(__file__).parent / "data" / "owners"
ROWS: list[dict[str, Any]] = tomllib.loads((DATA / "parser.toml").read_text())["row"]
SPLITS: list[dict[str, Any]] = tomllib.loads((DATA / "split.toml").read_text())["row"]
PATH = "nova/virt/OWNERS"


def says(file: OwnersFile) -> list[str]:
    """What a file says, as the tables write it."""
    lines = [f"{file.noparent}: set noparent"] if file.noparent else []
    lines += [f"{item.line}: {imported(item)}" for item in file.imports]
    lines += [f"{grant.line}: {owner(grant)}" for grant in file.grants]
    for rule in file.per_file:
        right = [*map(owner, rule.grants), *map(imported, rule.imports), *(["set noparent"] if rule.noparent else [])]
        lines.append(f"{rule.line}: per-file {','.join(rule.globs)} = {', '.join(right)}")
    return lines


def owner(grant: Grant) -> str:
    return grant.who + (f" [{' '.join(grant.annotations)}]" if grant.annotations else "")


def imported(item: Import) -> str:
    return f"{item.kind} {item.path}"


def errors(text: bytes | str) -> list[tuple[int, str, str]]:
    result = parse(text.encode() if isinstance(text, str) else text, PATH)
    assert not isinstance(result, OwnersFile)
    assert {error.path for error in result} == {PATH}
    return [(error.line, error.message, error.hint) for error in result]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["origin"])
def test_gerrits_lines_mean_what_they_mean_there(row: dict[str, Any]) -> None:
    result = parse(row["text"].encode(), "OWNERS")
    if isinstance(result, OwnersFile):
        assert says(result) == row["says"]
    else:
        assert [error.line for error in result] == row["errors"]


@pytest.mark.parametrize("row", SPLITS, ids=lambda row: row["text"] or "empty")
def test_lists_of_globs_split_as_in_gerrit(row: dict[str, Any]) -> None:
    """Where Gerrit drops an empty glob at the end of a list, this parser refuses the list."""
    assert [glob for glob in split(row["text"]) if glob] == [glob for glob in row["globs"] if glob]
    result = parse(f"per-file {row['text']}=*\n".encode(), PATH)
    if "error" in row:
        assert isinstance(result, tuple)
        assert not isinstance(result, OwnersFile)
        assert row["error"] in result[0].message
    else:
        assert isinstance(result, OwnersFile)
        assert list(result.per_file[0].globs) == row["globs"]


INVALID: list[dict[str, str]] = tomllib.loads((DATA / "invalid_lines.toml").read_text())["row"]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        *((row["text"].encode(), row["message"], row["hint"]) for row in INVALID),
        (b"a@example.org # \xff", "byte 0xff, at column 17, is not UTF-8", "Save the file as UTF-8."),
        (b"#" * (LINE_MAX + 1), "the line has 10001 characters, more than 10000", "Split it."),
    ],
    ids=[*(row["text"] for row in INVALID), "not UTF-8", "huge"],
)
def test_an_invalid_line_is_named_with_its_remedy(line: bytes, message: str, hint: str) -> None:
    assert errors(b"a@example.org\n" + line + b"\r\n") == [(2, message, hint)]


def test_all_invalid_lines_are_named_at_once() -> None:
    assert [line for line, _, _ in errors("noparent\na@example.org\ncore\nper-file a=\n")] == [1, 3, 4]


def test_a_file_that_nobody_can_review_is_an_error() -> None:
    assert errors(b"#\n" * 500_001) == [(0, "the file has 1000002 bytes, more than 1000000", "Split it in several.")]


def test_an_import_knows_its_place_in_the_tree() -> None:
    text = b"file:../OWNERS\ninclude /a/./X_OWNERS\nfile:libvirt//OWNERS_b\n"
    file = parse(text, PATH)
    assert isinstance(file, OwnersFile)
    assert [item.target for item in file.imports] == ["nova/OWNERS", "a/X_OWNERS", "nova/virt/libvirt/OWNERS_b"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OWNERS", True),
        ("a/b/OWNERS", True),
        ("LIBVIRT_OWNERS", True),
        ("OWNERS_libvirt", True),
        ("a-b_OWNERS", True),
        ("_OWNERS", False),
        ("OWNERS_", False),
        ("owners", False),
        ("OWNERS.md", False),
        ("a b_OWNERS", False),
        ("\u041eWNERS", False),
    ],
)
def test_only_owners_files_are_importable(name: str, expected: bool) -> None:
    assert importable(name) == expected


@given(st.binary())
def test_no_bytes_crash_the_parser(text: bytes) -> None:
    result = parse(text, PATH)
    assert isinstance(result, OwnersFile) or (result and all(isinstance(error, OwnersError) for error in result))


@given(
    st.lists(
        st.one_of(
            st.text(),
            st.sampled_from(
                ["set noparent", "*", "a@x.org", "per-file *.md=", "file:", "include ", "#{A}", "{a,", "[", "="]
            ),
        )
    )
)
def test_no_words_crash_the_parser(words: list[str]) -> None:
    parse("".join(words).encode("utf-8", "surrogateescape"), PATH)
    parse("\n".join(words).encode("utf-8", "surrogateescape"), PATH)
