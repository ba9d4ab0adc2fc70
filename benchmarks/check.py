"""How long `onetree check` takes on upstream Nova, beside import-linter and tach, and whether they agree.

    python benchmarks/check.py PATH-OF-A-CLONE [--runs 15]

All commands run one after the other, in turns, so that a busy machine slows them alike; the figures are medians of
whole processes. They judge a copy of the clone by the contracts of tools/onetree/overlays/upstream-nova. Memory is the
largest resident set of any process of the command.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
OVERLAY = ROOT / "tools/onetree/overlays/upstream-nova"
DRIVERS = ("fake", "ironic", "libvirt", "vmwareapi", "zvm")
CORE = ("nova.api", "nova.compute", "nova.conductor", "nova.scheduler")
LAYERS = ("cmd", "api", "conductor", "scheduler", "virt", "objects", "db", "conf")
# What upstream-facts.md lists under Boundaries.
EXPECTED = (
    ("nova/virt/fake.py", "nova.virt.fake imports nova.virt.ironic.driver"),
    ("nova/cmd/manage.py", "nova.cmd.manage imports nova.virt.libvirt.machine_type_utils"),
    ("nova/cmd/status.py", "nova.cmd.status imports nova.virt.libvirt.machine_type_utils"),
    ("nova/test.py", "nova.test imports nova.virt.libvirt.driver"),
)


class Measure(NamedTuple):
    """One run: seconds, and megabytes."""

    seconds: float
    megabytes: float


def main() -> int:
    """Measure, compare, print; 1 where verdicts differ or something that is known is not found."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("clone", type=Path)
    arguments.add_argument("--runs", type=int, default=15)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "nova"
        subprocess.run(["git", "clone", "-q", "--shared", str(given.clone), str(tree)], check=True)
        contracts_only = Path(folder) / "overlay"
        contracts_only.mkdir()
        for name in (".importlinter", "onetree.toml"):
            shutil.copy(OVERLAY / name, contracts_only)
        (tree / "tach.toml").write_text(tach())
        edited = Path(folder) / "edited"
        imports = Path(folder) / "imports"
        for copy, text in ((edited, "\n\ndef added():\n    return 1\n"), (imports, "\nimport nova.conductor.rpcapi\n")):
            subprocess.run(["git", "clone", "-q", "--shared", str(given.clone), str(copy)], check=True)
            with (copy / "nova/virt/libvirt/utils.py").open("a") as file:
                file.write(text)
            subprocess.run(["git", "-C", str(copy), "add", "nova/virt/libvirt/utils.py"], check=True)
        # Git reads again what was written in the second in which its index was; a clone in use is past that.
        time.sleep(1.1)
        for copy in (tree, edited, imports):
            subprocess.run(["git", "-C", str(copy), "status"], stdout=subprocess.DEVNULL, check=True)
        commands = {
            "lint-imports --no-cache": [tool("lint-imports"), "--no-cache", "--config", str(OVERLAY / ".importlinter")],
            "lint-imports, warm": [tool("lint-imports"), "--config", str(OVERLAY / ".importlinter")],
            "tach check": [tool("tach"), "check"],
            "onetree check --rule imports": onetree("check", "--rule", "imports", "--overlay", str(contracts_only)),
            "onetree check, contracts and boundaries": onetree("check", "--overlay", str(contracts_only)),
            "onetree check, OWNERS and manifests too": onetree("check", "--overlay", str(OVERLAY)),
            "onetree check --staged, one file edited": staged(edited, OVERLAY),
            "onetree check --staged, one import added": staged(imports, OVERLAY),
        }
        figures = measure(commands, tree, given.runs)
        print_table(figures)
        return compare(tree, contracts_only)


def tool(name: str) -> str:
    """A command beside this Python's, or on the path."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else name


def onetree(*words: str) -> list[str]:
    """The command line of onetree."""
    return [tool("onetree"), *words]


def staged(repo: Path, overlay: Path) -> list[str]:
    """The command line that a hook runs."""
    return onetree("check", "--staged", "--repo", str(repo), "--overlay", str(overlay))


def tach() -> str:
    """Modules for tach that forbid what the contracts forbid directly; it knows no chains of imports."""
    drivers = [f"nova.virt.{name}" for name in DRIVERS]
    forbidden = {name: [other for other in drivers if other != name] + list(CORE) for name in drivers}
    forbidden |= dict.fromkeys(CORE, drivers)
    for rank, name in enumerate(LAYERS):
        forbidden.setdefault(f"nova.{name}", []).extend(f"nova.{above}" for above in LAYERS[:rank])
    text = 'exclude = ["**/*__pycache__"]\nsource_roots = ["."]\n'
    for name, others in sorted(forbidden.items()):
        text += f'\n[[modules]]\npath = "{name}"\ncannot_depend_on = {sorted(set(others))}\n'.replace("'", '"')
    return text


def measure(commands: dict[str, list[str]], folder: Path, runs: int) -> dict[str, list[Measure]]:
    """Run all commands in turns; the first turn, which fills caches and compiles modules, does not count."""
    figures: dict[str, list[Measure]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            found = run(command, folder)
            if turn:
                figures[name].append(found)
    return figures


def run(command: Sequence[str], folder: Path) -> Measure:
    """One run of one command."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Measure(seconds, usage.ru_maxrss / 1024)


def print_table(figures: dict[str, list[Measure]]) -> None:
    """A table in Markdown: medians, fastest runs, memory, and each against import-linter without a cache."""
    base = statistics.median(each.seconds for each in figures["lint-imports --no-cache"])
    print("| command | median | fastest | memory | of lint-imports --no-cache |")
    print("|---|---|---|---|---|")
    for name, found in figures.items():
        median = statistics.median(each.seconds for each in found)
        fastest, memory = min(each.seconds for each in found), max(each.megabytes for each in found)
        print(f"| {name} | {median * 1e3:.0f} ms | {fastest * 1e3:.0f} ms | {memory:.0f} MB | {median / base:.2f} |")


def compare(tree: Path, overlay: Path) -> int:
    """Whether import-linter and onetree agree contract by contract, and what is known of upstream is found."""
    import json

    done = subprocess.run(
        onetree("check", "--overlay", str(overlay), "--format", "json"), cwd=tree, capture_output=True, check=False
    )
    report = json.loads(done.stdout)
    own = {each["name"]: each["kept"] for each in report["contracts"]}
    config = str(OVERLAY / ".importlinter")
    linted = subprocess.run(
        [tool("lint-imports"), "--no-cache", "--config", config],
        cwd=tree,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "400", "NO_COLOR": "1"},
        check=False,
    ).stdout
    theirs = {name: f"{name} KEPT" in linted for name in own if f"{name} KEPT" in linted or f"{name} BROKEN" in linted}
    print(f"\nVerdicts of {len(own)} contracts: {'the same' if own == theirs else f'{own} but {theirs}'}.")
    files = sum(1 for path in tree.rglob("nova/**/*.py") if path.is_file())
    seen, known = report["checked"], []
    print(f"Files below nova/: {files}; checked: {', '.join(f'{count} {what}' for what, count in seen.items())}.")
    for path, start in EXPECTED:
        found = [each for each in report["findings"] if each["path"] == path and each["message"].startswith(start)]
        known.append(bool(found))
        print(f"{path}:{found[0]['line'] if found else '?'}: {start}" + ("" if found else ": NOT FOUND"))
    unreached = sum(each["rule"] == "graph/unreachable" for each in report["findings"])
    print(f"Files that no package reaches, and import-linter does not see: {unreached}.")
    return int(own != theirs or not all(known))


if __name__ == "__main__":
    sys.exit(main())
