"""Bad input: odd paths, broken contracts files, caches that are damaged, folders that cannot be written."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onetree.adapters.cache import FactsCache
from onetree.policy.imports import facts
from onetree.policy.imports.facts import Facts

from tools.onetree.tests.check.trees import CONTRACTS, FILES, lines, repo_with, told
from tools.onetree.tests.repos import Content, Ran

BROKEN = tomllib.loads((Path(__file__).parent / "data/broken.toml").read_text())


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_contracts_file_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    """The whole message, and exit code 2."""
    repo = repo_with(tmp_path / "repo", {".importlinter": BROKEN[name]["text"].encode("latin-1")})
    assert repo.onetree("check") == Ran(2, "", f"onetree: {BROKEN[name]['message']}\n")


def test_contracts_may_stand_in_pyproject_toml(tmp_path: Path) -> None:
    """Where there is no .importlinter, [tool.importlinter] counts; a mistake there has its line too."""
    toml = '[tool.importlinter]\nroot_package = "app"\n\n[[tool.importlinter.contracts]]\nname = "islands"\n'
    good = toml + 'type = "independence"\nmodules = ["app.virt.*"]\n'
    planted: dict[str, Content] = {"app/virt/disk/driver.py": "import app.virt.tape\n", ".importlinter": None}
    repo = repo_with(tmp_path / "good", {**planted, "pyproject.toml": good})
    assert told(repo) == [
        "imports/independence app/virt/disk/driver.py:1: app.virt.disk.driver imports app.virt.tape. app.virt.disk may "
        "not import app.virt.tape: 'islands' (pyproject.toml:4)."
    ]
    bad = repo_with(tmp_path / "bad", {**planted, "pyproject.toml": toml + 'type = "other"\n'}).onetree("check")
    assert bad.err.startswith("onetree: pyproject.toml:6: 'other' is no type of contract.")


def test_a_tree_without_contracts_or_owners_is_checked_all_the_same(tmp_path: Path) -> None:
    """What is missing is noted, not taken for an error."""
    repo = repo_with(tmp_path / "repo", dict.fromkeys([".importlinter", *(p for p in FILES if p.endswith("OWNERS"))]))
    report = repo.onetree("check", "--format", "json").json
    assert (report["findings"], report["notices"]) == (
        [],
        [
            "There are no import contracts: no .importlinter in the working tree.",
            "There is no OWNERS file in the working tree: nobody is asked for approval.",
        ],
    )


def test_a_contract_that_import_linter_has_to_evaluate(tmp_path: Path) -> None:
    """A type whose rules are not rewritten here is given to import-linter, with a note."""
    text = CONTRACTS + "\n[importlinter:contract:cycles]\nname = no cycles\ntype = acyclic_siblings\nancestors = app\n"
    broken: dict[str, Content] = {"app/api.py": "import app.util\n", "app/util.py": "'''\n'''\nfrom . import api\n"}
    report = repo_with(tmp_path / "repo", {".importlinter": text, **broken}).onetree("check", "--format", "json").json
    start = (
        "imports/acyclic_siblings .importlinter:18: 'no cycles' is broken: No cycles are allowed in app. It could be "
    )
    start += "made acyclic by removing 1 dependency: "
    (found,) = lines(report)
    assert found in (start + "- .api -> .util (1 import)", start + "- .util -> .api (1 import)")
    assert report["notices"] == ["import-linter evaluates cycles, which takes longer."]
    assert [each["kept"] for each in report["contracts"]] == [True, True, False]


ODD = ["a b", "new\nline", 'quo"te', "apo'strophe", "tab\t", "\udcff", "ünï", "*?[", "-x", ":(top)x"]


@pytest.mark.parametrize("name", ODD)
def test_files_with_odd_paths_are_read(name: str, tmp_path: Path) -> None:
    """A module in a folder, or under a name, that git would quote is in the graph like any other."""
    files: dict[str, Content] = {
        f"app/{name}/__init__.py": "",
        f"app/{name}/tool.py": "import app.virt.disk\n",
    }
    text = CONTRACTS + "\n[importlinter:contract:no]\nname = no\ntype = protected\nprotected_modules = app.virt.*\n"
    text += "allowed_importers = app.virt\n"
    repo = repo_with(tmp_path / "repo", {**files, ".importlinter": text})
    expected = [
        f"imports/protected app/{name}/tool.py:1: app.{name}.tool imports app.virt.disk. app.{name}.tool may not "
        "import app.virt.disk: 'no' (.importlinter:18)."
    ]
    assert told(repo) == expected
    assert told(repo, "--target", "main", "--head", "main") == []


def test_symlinks_and_gitlinks_named_like_python_files_are_none(tmp_path: Path) -> None:
    """They are not read and not counted."""
    repo = repo_with(tmp_path / "repo")
    before = repo.onetree("check", "--format", "json").json["checked"]
    commit = repo.git("rev-parse", "HEAD")
    repo.commit({"app/link.py": ("120000", "../../etc/import"), "app/module.py": ("160000", commit)})
    report = repo.onetree("check", "--format", "json").json
    assert (report["findings"], report["checked"]) == ([], before)


def test_untracked_and_ignored_files(tmp_path: Path) -> None:
    """A new file counts before it is added; an ignored one does not."""
    repo = repo_with(tmp_path / "repo", {".gitignore": "ignored.py\n"})
    repo.write("app/api/new.py", "")
    repo.write("app/virt/disk/new.py", "import app.virt.tape\n")
    repo.write("app/virt/disk/ignored.py", "import app.virt.tape\n")
    (repo.path / "app/api/new.py").unlink()
    assert [line.partition(": ")[0] for line in told(repo)] == ["imports/independence app/virt/disk/new.py:1"]


def test_what_is_staged_is_not_what_is_in_the_working_tree(tmp_path: Path) -> None:
    """A hook judges the index: faults that are not staged do not count, and staged ones do though mended since."""
    repo = repo_with(tmp_path / "repo")
    repo.write("app/virt/disk/driver.py", "import app.virt.tape\n")
    repo.git("add", "app/virt/disk/driver.py")
    repo.write("app/virt/disk/driver.py", "\n")
    repo.write("app/virt/tape/driver.py", "import app.virt.disk\n")
    repo.write("app/core.py", "import app.cmd\n")
    assert [line.partition(": ")[0] for line in told(repo, "--staged")] == [
        "imports/independence app/virt/disk/driver.py:1"
    ]


def test_a_folder_below_the_root_is_as_good(tmp_path: Path) -> None:
    """The command run in a subfolder, as a process with its early start, finds what it finds at the root."""
    repo = repo_with(tmp_path / "repo", {"app/api.py": "import app.cmd\n"})
    above = repo.onetree_process("check")
    below = repo.onetree_process("check", "--repo", "app/virt")
    assert (above.code, below.code, above.out) == (1, 1, below.out)
    assert repo.onetree_process("--repo=app", "check").out == above.out


def test_no_permission_to_write_the_cache(tmp_path: Path) -> None:
    """The check works without, and says so."""
    repo = repo_with(tmp_path / "repo")
    (repo.path / ".git/onetree").write_text("a file where a folder should be")
    path = repo.path / ".git/onetree/facts"
    report = repo.onetree("check", "--format", "json").json
    assert report["findings"] == []
    assert report["notices"] == [
        f"the cache {path} cannot be written (File exists); this run did without it."
    ] or report["notices"] == [f"the cache {path} cannot be written (Not a directory); this run did without it."]


SOURCES = [b"import a\n", b"x = 'a.b'\n", b"def f(x): pass\nclass C(Protocol): pass\n", b"print 'x'\n", b"\xff", b""]


def fill(folder: Path) -> dict[str, Facts]:
    cache = FactsCache(str(folder))
    known = {f"{index:040x}": facts.read(source) for index, source in enumerate(SOURCES)}
    for oid, each in known.items():
        cache.put(oid, each)
    cache.save()
    return known


def test_the_cache_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Exactly, in another process's eyes too; what is added later joins what was there."""
    known = fill(tmp_path)
    again = FactsCache(str(tmp_path))
    assert {oid: again.get(oid) for oid in known} == known
    again.put("f" * 40, known["0" * 40])
    again.save()
    assert FactsCache(str(tmp_path)).get("f" * 40) == known["0" * 40]
    assert FactsCache(str(tmp_path)).get(f"{3:040x}") == known[f"{3:040x}"]
    assert os.listdir(tmp_path) == ["facts"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_cache_is_dropped(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    """Whatever happens to the file, an entry is right or absent."""
    folder = tmp_path_factory.mktemp("cache")
    known = fill(folder)
    raw = bytearray((folder / "facts").read_bytes())
    start = data.draw(st.integers(0, len(raw)))
    stop = data.draw(st.integers(start, len(raw)))
    raw[start:stop] = data.draw(st.binary(max_size=40))
    (folder / "facts").write_bytes(bytes(raw))
    cache = FactsCache(str(folder))
    assert all(cache.get(oid) in (None, each) for oid, each in known.items())


def test_a_poisoned_cache_changes_no_verdict(tmp_path: Path) -> None:
    """The verdicts of a run with no cache, a warm one, a cut one and one of another version are the same."""
    files: dict[str, Content] = {
        "app/api.py": "import app.cmd\nprint 'x'\n",
        "app/core.py": "def f(a, b, c, d): pass\n",
    }
    repo = repo_with(tmp_path / "repo", files)
    cache = repo.path / ".git/onetree/facts"
    first = told(repo)
    warm = cache.read_bytes()
    verdicts = [told(repo)]
    for damaged in (b"", warm[:-20], warm.replace(b"facts 1", b"facts 0", 1), b"\n" + warm, warm[::-1], b"\0" * 9):
        cache.write_bytes(damaged)
        verdicts.append(told(repo))
        assert cache.read_bytes().count(b"\n") == warm.count(b"\n")
    assert verdicts == [first] * 7
    assert len(first) == 3
