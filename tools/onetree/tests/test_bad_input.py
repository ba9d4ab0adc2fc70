"""Bad input, bad repositories and bad moments, through the command line: the whole message, and the exit code."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.onetree.tests.repos import ENVIRONMENT, Repo

TREE = {
    "OWNERS": "root1@example.org\nroot2@example.org\n",
    "app/__init__.py": "",
    "app/a.py": "A = 1\n",
    "app/b.py": "from app import a\n\nB = a.A\n",
    ".importlinter": (
        "[importlinter]\nroot_package = app\n"
        "[importlinter:contract:x]\nname = X\ntype = independence\nmodules =\n    app.a\n"
    ),
}
COMMANDS = ["changed", "check", "tests", "approvals", "gate"]
SHALLOW = "This clone is shallow. Get its history with: git fetch --unshallow"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(TREE)
    return made


@pytest.mark.parametrize("command", [*COMMANDS, "owners", "new"])
def test_no_repository(command: str, tmp_path: Path) -> None:
    more = {"owners": ["a"], "new": ["subsystem", "x"]}.get(command, [])
    done = subprocess.run(
        [sys.executable, "-m", "onetree", "--repo", str(tmp_path), command, *more],
        capture_output=True,
        text=True,
        env={**os.environ, **ENVIRONMENT},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        f"onetree: {tmp_path} is not inside a git repository. "
        "Run onetree inside a repository, name one with --repo, or make one with: git init\n",
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_revision(command: str, repo: Repo) -> None:
    assert repo.onetree(command, "--target", "nope", "--head", "HEAD") == (
        2,
        "",
        "onetree: nope is not a commit in this repository. See what there is with: git log --oneline --all\n",
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_shallow_clone_that_lacks_the_target(command: str, repo: Repo, tmp_path: Path) -> None:
    repo.commit({"app/a.py": "A = 2\n"})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    shallow = Repo(tmp_path / "shallow")
    assert shallow.onetree(command, "--target", "HEAD~1", "--head", "HEAD") == (
        2,
        "",
        f"onetree: HEAD~1 is not a commit in this repository. {SHALLOW}\n",
    )


@pytest.mark.parametrize("command", ["changed", "tests", "approvals", "gate"])
def test_a_shallow_clone_that_lacks_the_parent(command: str, repo: Repo, tmp_path: Path) -> None:
    head = repo.commit({"app/a.py": "A = 2\n"})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    assert Repo(tmp_path / "shallow").onetree(command) == (
        2,
        "",
        f"onetree: The parent of {head[:10]} is not in this shallow clone. "
        "Get its history with: git fetch --unshallow\n",
    )


@pytest.mark.parametrize("command", ["changed", "tests", "approvals", "gate"])
def test_a_partial_clone_that_lacks_contents(command: str, repo: Repo, tmp_path: Path) -> None:
    repo.commit({"app/a.py": "A = 2\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--bare", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "partial"))
    partial = Repo.__new__(Repo)
    partial.path = tmp_path / "partial"
    ran = partial.onetree(command, "--target", "HEAD~1", "--head", "HEAD")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("onetree: The object ")
    assert ran.err.endswith(
        " is missing from this clone. This clone is partial. Get its objects with: git fetch --refetch --no-filter\n"
    )


ROOTS = "root1@example.org, root2@example.org"
SETTINGS_SYNTAX = "onetree: onetree.toml:1: the settings file is not TOML: invalid value. Mend the syntax.\n"
SETTINGS_KEY = "onetree: onetree.toml:2: unknown key 'plugin'. Did you mean 'plugins'?\n"
CONTRACT_TYPE = (
    "onetree: .importlinter:5: 'walls' is no type of contract. "
    "It is one of acyclic_siblings, forbidden, independence, layers, protected, or named in 'contract_types'.\n"
)
MANIFEST_KEY = (
    "Checked the whole tree: the working tree.\n"
    "app/subsystem.toml:3: unknown key 'state'. [subsystems/invalid]\n    Did you mean 'status'?\n"
    f"    ask {ROOTS}\n"
    "\n1 finding (3 Python files, 1 of 1 contract kept)\n"
)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("onetree.toml", "target = \n", (2, "", SETTINGS_SYNTAX)),
        ("onetree.toml", "\nplugin = []\n", (2, "", SETTINGS_KEY)),
        (
            ".importlinter",
            "[importlinter]\nroot_package = app\n[importlinter:contract:x]\nname = X\ntype = walls\n",
            (2, "", CONTRACT_TYPE),
        ),
        ("app/subsystem.toml", 'name = "app"\nsummary = "App"\nstate = "supported"\n', (1, MANIFEST_KEY, "")),
    ],
    ids=["settings syntax", "settings key", "contract type", "manifest key"],
)
def test_broken_configuration_is_told_with_file_and_line(
    repo: Repo, name: str, content: str, expected: tuple[int, str, str]
) -> None:
    repo.write("app/OWNERS", ROOTS.replace(", ", "\n"))
    repo.write(name, content)
    assert repo.onetree("check") == expected


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_for_the_answer(repo: Repo, unbuffered: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    command = f"{sys.executable} -m onetree owners OWNERS > /dev/full"
    done = subprocess.run(["bash", "-c", command], cwd=repo.path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "onetree: The answer cannot be written: No space left on device. Send it elsewhere.\n",
    )


@pytest.mark.parametrize("command", ["check", "changed"])
def test_ten_thousand_changed_files(command: str, repo: Repo) -> None:
    repo.commit({f"app/many/f{number}.py": f"X = {number}\n" for number in range(10_000)})
    ran = repo.onetree(command, "--target", "HEAD~1", "--head", "HEAD", "--format", "json")
    assert ran.code in (0, 1)
    assert ran.err == ""


@pytest.mark.parametrize("command", [["check"], ["tests", "--target", "HEAD~1"], ["changed", "--target", "HEAD~1"]])
def test_an_interrupted_run_leaves_nothing_half_written(command: list[str], repo: Repo, tmp_path: Path) -> None:
    """Killed at moments all over a run, and then asked again: the answer is that of a run without any cache."""
    repo.commit({f"app/m{number}.py": "from app import a\n" * 50 for number in range(200)})
    cache = tmp_path / "cache"
    env = {**os.environ, **ENVIRONMENT, "ONETREE_CACHE_DIR": str(cache)}
    words = [sys.executable, "-m", "onetree", *command, "--format", "json"]
    clean = subprocess.run(
        words,
        cwd=repo.path,
        env={**env, "ONETREE_CACHE_DIR": str(tmp_path / "other")},
        capture_output=True,
        check=False,
    )
    for step in range(12):
        with subprocess.Popen(
            words, cwd=repo.path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            time.sleep(0.03 * step)
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL if step % 2 else signal.SIGINT)
            process.communicate()
    again = subprocess.run(words, cwd=repo.path, env=env, capture_output=True, check=False)
    assert (again.returncode, again.stdout) == (clean.returncode, clean.stdout)
    assert repo.git("status", "--porcelain") == ""
