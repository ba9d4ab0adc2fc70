import tomllib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.ownership.grammar import OwnersError
from onetree.policy.ownership.resolution import Owner, Ownership, PathOwners, Via
from onetree.policy.tree import GITLINK, SYMLINK, Entry, MemoryTree
from onetree.policy.values import Reason

DATA = Path(__file__).parent / "data" / "owners"
ROWS: list[dict[str, Any]] = tomllib.loads((DATA / "ownership.toml").read_text())["row"]

TREE = {
    "OWNERS": "root1@example.org\n",
    "nova/OWNERS": "core1@example.org\ncore2@example.org\n",
    "nova/virt/OWNERS": "core1@example.org\nper-file driver.py=set noparent\nper-file driver.py=virt1@example.org\n",
    "nova/virt/LIBVIRT_OWNERS": "lv3@example.org\n",
    "nova/virt/libvirt/OWNERS": "set noparent\nlv1@example.org\nlv2@example.org\nfile:/nova/virt/LIBVIRT_OWNERS\n",
    "nova/virt/vmwareapi/OWNERS": "vm1@example.org\n",
}


def answer(result: PathOwners) -> list[str] | str:
    return "invalid" if result.status == "invalid" else [owner.who for owner in result.owners]


def stop(result: PathOwners) -> str:
    return f"{result.stop.file}:{result.stop.line}" if result.stop else ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["origin"])
def test_gerrits_trees_have_the_owners_that_they_have_there(row: dict[str, Any]) -> None:
    ownership = Ownership(MemoryTree(row["files"]))
    results = {path: ownership.of(path) for path in row["owners"]}
    assert {path: answer(result) for path, result in results.items()} == row["owners"]
    assert {path: stop(results[path]) for path in row.get("stop", {})} == row.get("stop", {})
    assert any(result.warnings for result in results.values()) == row.get("warnings", False)


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ["root1"]),
        ("nova/compute/manager.py", ["core1", "core2", "root1"]),
        ("nova/virt/driver.py", ["virt1"]),
        ("nova/virt/zvm/driver.py", ["virt1"]),
        ("nova/virt/zvm/host.py", ["core1", "core2", "root1"]),
        ("nova/virt/libvirt/host.py", ["lv1", "lv2", "lv3"]),
        ("nova/virt/libvirt/driver.py", ["lv1", "lv2", "lv3"]),
        ("nova/virt/libvirt_extra/x.py", ["core1", "core2", "root1"]),
        ("nova/virt/vmwareapi/driver.py", ["virt1", "vm1"]),
        ("nova/virt/LIBVIRT_OWNERS", ["core1", "core2", "root1"]),
        ("nova/virt/libvirt/OWNERS", ["lv1", "lv2", "lv3"]),
        ("not/there\n/\udcff", ["root1"]),
    ],
)
def test_the_walk_goes_up_to_the_first_noparent(path: str, owners: list[str]) -> None:
    assert answer(Ownership(MemoryTree(TREE)).of(path)) == [f"{who}@example.org" for who in owners]


def test_every_owner_comes_with_file_line_and_distance() -> None:
    files = {**TREE, "nova/OWNERS": "core1@example.org\ninclude virt/LIBVIRT_OWNERS\n*  #{LAST_RESORT_SUGGESTION}\n"}
    imported = Via("nova/virt/LIBVIRT_OWNERS", 1, (Via("nova/OWNERS", 2),))
    assert Ownership(MemoryTree(files)).of("nova/virt/vmwareapi/x/y.py") == PathOwners(
        "nova/virt/vmwareapi/x/y.py",
        "owned",
        (
            Owner("*", (Via("nova/OWNERS", 3),), 3, ("LAST_RESORT_SUGGESTION",)),
            Owner("core1@example.org", (Via("nova/virt/OWNERS", 1), Via("nova/OWNERS", 1)), 2),
            Owner("lv3@example.org", (imported,), 3),
            Owner("root1@example.org", (Via("OWNERS", 1),), 4),
            Owner("vm1@example.org", (Via("nova/virt/vmwareapi/OWNERS", 1),), 1),
        ),
    )


@pytest.mark.parametrize(
    ("files", "modes", "errors"),
    [
        ({"a/OWNERS": "core\n"}, {}, [("a/OWNERS", 1, "`core` is neither an e-mail nor a rule")]),
        (
            {"a/OWNERS": "b/OWNERS"},
            {"a/OWNERS": SYMLINK},
            [("a/OWNERS", 0, "a symlink stands in place of the file and is not followed")],
        ),
        (
            {"a/OWNERS": ""},
            {"a/OWNERS": GITLINK},
            [("a/OWNERS", 0, "a submodule stands in place of the file")],
        ),
        ({"a/OWNERS/x/y": ""}, {}, [("a/OWNERS", 0, "a folder stands in place of the file")]),
        (
            {"a/OWNERS": "x@example.org\nfile:X_OWNERS\n"},
            {},
            [("a/OWNERS", 2, "cannot import `X_OWNERS`: there is no such file")],
        ),
        (
            {"a/OWNERS": "file:X_OWNERS\n", "a/X_OWNERS": "OWNERS_y"},
            {"a/X_OWNERS": SYMLINK},
            [("a/OWNERS", 1, "cannot import `X_OWNERS`: a symlink stands in place of the file and is not followed")],
        ),
        (
            {"a/OWNERS": "per-file *.md=file:X_OWNERS\n", "a/X_OWNERS": "\ncore\n"},
            {},
            [
                ("a/OWNERS", 1, "cannot import `X_OWNERS`: it is invalid"),
                ("a/X_OWNERS", 2, "`core` is neither an e-mail nor a rule"),
            ],
        ),
        (
            {"a/OWNERS": "include X_OWNERS\n", "a/X_OWNERS": "file:/no/OWNERS\n"},
            {},
            [("a/X_OWNERS", 1, "cannot import `/no/OWNERS`: there is no such file")],
        ),
    ],
)
def test_an_invalid_file_makes_its_whole_subtree_invalid(
    files: dict[str, str], modes: dict[str, str], errors: list[tuple[str, int, str]]
) -> None:
    """Nobody takes over: no folder above, and no folder below with `set noparent`."""
    tree = MemoryTree(
        {"OWNERS": "root@example.org\n", "a/b/OWNERS": "set noparent\nb@example.org\n", **files}, modes=modes
    )
    ownership = Ownership(tree)
    for path in ("a/x.py", "a/c/x.py", "a/b/x.py", "a/OWNERS"):
        result = ownership.of(path)
        assert (result.status, result.owners) == ("invalid", ())
        assert [(error.path, error.line, error.message) for error in result.errors] == errors
        assert all(error.hint for error in result.errors)
    assert answer(ownership.of("x.py")) == ["root@example.org"]


def test_a_circle_of_imports_is_read_once_with_a_warning() -> None:
    files = {
        "OWNERS": "a@example.org\n\nfile:x/OWNERS\n",
        "x/OWNERS": "include ../OWNERS_z\nb@example.org\n",
        "OWNERS_z": "file:/OWNERS\nfile:/OWNERS_z\nc@example.org\n",
    }
    result = Ownership(MemoryTree(files)).of("f")
    assert answer(result) == ["a@example.org", "b@example.org", "c@example.org"]
    assert len(result.warnings) == 1
    assert "imports run in a circle, each file counts once: " in result.warnings[0].text


def test_a_long_chain_of_imports_and_a_deep_path_are_answered() -> None:
    files = {f"OWNERS_{i}": f"o{i}@example.org\nfile:OWNERS_{i + 1}\n" for i in range(1500)}
    files |= {"OWNERS_1500": "", "OWNERS": "include OWNERS_0\n"}
    result = Ownership(MemoryTree(files)).of("a/" * 1500 + "f")
    assert len(result.owners) == 1500
    assert {owner.distance for owner in result.owners} == {1500}


def test_importers_and_grants_of_a_file() -> None:
    files = {
        **TREE,
        "nova/db/OWNERS": "per-file *.py=file:/nova/virt/libvirt/OWNERS\n",
        "OWNERS": "include nova/db/OWNERS\n*\n",
    }
    ownership = Ownership(MemoryTree(files))
    assert ownership.importers("nova/virt/LIBVIRT_OWNERS") == ("", "nova/db", "nova/virt/libvirt")
    assert ownership.importers("nova/virt/libvirt/OWNERS") == ("", "nova/db")
    assert ownership.importers("OWNERS") == ()
    assert ownership.granted_by("/nova/virt/OWNERS") == PathOwners(
        "nova/virt/OWNERS", "owned", (Owner("core1@example.org", (Via("nova/virt/OWNERS", 1),), 0),)
    )
    assert ownership.granted_by("/no/OWNERS") == PathOwners(
        "no/OWNERS",
        "invalid",
        errors=(
            OwnersError("no/OWNERS", 0, "there is no such file", "Correct the path, or add the file.", "owners/place"),
        ),
    )


@pytest.mark.parametrize(
    ("path", "who", "reasons"),
    [
        (
            "nova/virt/libvirt/host.py",
            "lv3@example.org",
            [
                "lv3@example.org is an owner by this line (nova/virt/LIBVIRT_OWNERS:1)",
                "which is imported here (nova/virt/libvirt/OWNERS:4)",
            ],
        ),
        (
            "nova/virt/libvirt/host.py",
            "core1@example.org",
            [
                "core1@example.org would be an owner by this line if no nearer file ended the walk"
                " (nova/virt/OWNERS:1)",
                "core1@example.org would be an owner by this line if no nearer file ended the walk (nova/OWNERS:1)",
                "`set noparent` ends the walk upwards here (nova/virt/libvirt/OWNERS:1)",
                "its owners are lv1@example.org, lv2@example.org, lv3@example.org",
            ],
        ),
        (
            "nova/virt/driver.py",
            "core1@example.org",
            [
                "core1@example.org would be an owner by this line if no per-file rule kept the folder's owners out"
                " (nova/virt/OWNERS:1)",
                "core1@example.org would be an owner by this line if no nearer file ended the walk (nova/OWNERS:1)",
                "`set noparent` ends the walk upwards here (nova/virt/OWNERS:2)",
                "its owners are virt1@example.org",
            ],
        ),
        (
            "nova/virt/x.py",
            "virt1@example.org",
            [
                "virt1@example.org owns only driver.py by this line (nova/virt/OWNERS:3)",
                "its owners are core1@example.org, core2@example.org, root1@example.org",
            ],
        ),
        (
            "x.py",
            "ROOT1@example.org",
            [
                "no OWNERS file of this path's folder or above names ROOT1@example.org",
                "root1@example.org is written in another case, and e-mails count as they are written (OWNERS:1)",
                "its owners are root1@example.org",
            ],
        ),
        ("open/x", "any@example.org", ["anyone is an owner by this line, any@example.org as well (open/OWNERS:1)"]),
        (
            "bad/x",
            "root1@example.org",
            ["nobody owns bad/x while this is invalid: `bad` is neither an e-mail nor a rule (bad/OWNERS:1)"],
        ),
        (
            "shut/x",
            "any@example.org",
            [
                "no OWNERS file of this path's folder or above names any@example.org",
                "`set noparent` ends the walk upwards here (shut/OWNERS:1)",
                "it has no owner at all",
            ],
        ),
    ],
)
def test_explain_says_why_or_why_not(path: str, who: str, reasons: list[str]) -> None:
    files = {**TREE, "open/OWNERS": "*\n", "bad/OWNERS": "bad\n", "shut/OWNERS": "set noparent\n"}
    assert [str(reason) for reason in Ownership(MemoryTree(files)).explain(path, who)] == reasons


class CountingTree(MemoryTree):
    """Counts what is read."""

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__(files)
        self.reads: list[str] = []
        self.listings = 0

    def entries(self) -> dict[str, Entry]:
        self.listings += 1
        return dict(super().entries())

    def read(self, path: str) -> bytes:
        self.reads.append(path)
        return super().read(path)


def test_one_path_reads_only_the_files_above_it_and_lists_the_tree_once() -> None:
    tree = CountingTree(TREE)
    ownership = Ownership(tree)
    ownership.of("nova/virt/vmwareapi/a/b.py")
    ownership.of("nova/virt/vmwareapi/a/c.py")
    assert sorted(tree.reads) == ["OWNERS", "nova/OWNERS", "nova/virt/OWNERS", "nova/virt/vmwareapi/OWNERS"]
    assert tree.listings == 1


WHO = st.sampled_from(["a@x.org", "b@x.org", "c@x.org", "*"])
GLOB = st.sampled_from(["*.py", "x.py", "d/*", "{x,y}.py", "**"])
RULE = st.one_of(
    WHO,
    st.just("set noparent"),
    st.sampled_from(["file:/OWNERS_z", "include /OWNERS_z", "include /d/OWNERS", "file:/OWNERS"]),
    st.builds("per-file {}={}".format, GLOB, st.one_of(WHO, st.just("set noparent"), st.just("file:/OWNERS_z"))),
)
FOLDERS = ("", "d/", "d/e/")
FILES = st.fixed_dictionaries(
    {f"{folder}OWNERS": st.lists(RULE, max_size=5) for folder in FOLDERS} | {"OWNERS_z": st.lists(RULE, max_size=3)}
)
PATHS = [f"{folder}{name}" for folder in FOLDERS for name in ("x.py", "y.md")]


def owners(files: dict[str, list[str]]) -> dict[str, list[str] | str]:
    ownership = Ownership(MemoryTree({path: "\n".join(lines) for path, lines in files.items()}))
    return {path: answer(ownership.of(path)) for path in PATHS}


@given(files=FILES, shuffle=st.randoms())
def test_the_order_of_lines_and_of_questions_does_not_matter(files: dict[str, list[str]], shuffle: Random) -> None:
    shuffled = {path: shuffle.sample(lines, len(lines)) for path, lines in files.items()}
    assert owners(shuffled) == owners(files)
    ownership = Ownership(MemoryTree({path: "\n".join(lines) for path, lines in files.items()}))
    asked = {path: ownership.of(path) for path in shuffle.sample(PATHS * 2, len(PATHS) * 2)}
    assert {
        path: Ownership(MemoryTree({p: "\n".join(t) for p, t in files.items()})).of(path) for path in PATHS
    } == asked


@given(files=FILES, path=st.sampled_from(["OWNERS", "d/OWNERS", "d/e/OWNERS", "OWNERS_z"]), who=WHO, glob=GLOB)
def test_adding_an_owner_removes_nobodys_right(files: dict[str, list[str]], path: str, who: str, glob: str) -> None:
    before = owners(files)
    for line in (who, f"per-file {glob}={who}"):
        after = owners({**files, path: [*files[path], line]})
        assert all(set(before[p]) <= set(after[p]) for p in PATHS)


@given(files=FILES, path=st.sampled_from(["OWNERS", "d/OWNERS", "d/e/OWNERS"]), line=st.integers(0, 5))
def test_an_invalid_file_never_yields_owners(files: dict[str, list[str]], path: str, line: int) -> None:
    broken = {**files, path: [*files[path][:line], "no rule", *files[path][line:]]}
    folder = path.removesuffix("OWNERS")
    assert all(owner == "invalid" for p, owner in owners(broken).items() if p.startswith(folder))


@given(files=FILES, who=WHO, path=st.sampled_from(PATHS))
def test_explain_agrees_with_the_verdict(files: dict[str, list[str]], who: str, path: str) -> None:
    ownership = Ownership(MemoryTree({p: "\n".join(lines) for p, lines in files.items()}))
    reasons = ownership.explain(path, who)
    named = {owner.who for owner in ownership.of(path).owners} & {who, "*"}
    assert bool(named) == ("is an owner by this line" in reasons[0].text)
    assert all(isinstance(reason, Reason) for reason in reasons)
