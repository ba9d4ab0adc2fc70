"""What a person waits for: whole processes of onetree, beside those of its peers, on a clone with contents.

    python -m benchmarks.startup CLONE --overlay tools/onetree/overlays/upstream-nova

Each round runs every command once, in turn, so that whatever else the machine does falls on all alike. Printed are
the median of the rounds, its ratio to a Python that does nothing, and the peak of memory. Needs tach for its rows.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

_BESIDE = Path(sys.executable).parent
_PATH = "nova/virt/libvirt/driver.py"


class Process(NamedTuple):
    """One whole process: seconds on the clock, and the peak of its resident memory in MiB."""

    seconds: float
    peak: float


def main() -> int:
    """Measure and print the table."""
    options = _options()
    commands = _commands(options)
    runs: dict[str, list[Process]] = {name: [] for name in commands}
    for _ in track(range(options.rounds), "Rounds"):
        for name, command in commands.items():
            runs[name].append(_run(command, options.clone))
    base = statistics.median(each.seconds for each in runs["python -c pass"])
    table = Table(title=f"Whole processes on {Path(options.clone).name}, medians of {options.rounds} rounds")
    for column, justify in (
        ("command", "left"),
        ("median", "right"),
        ("of python -c pass", "right"),
        ("peak", "right"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for name, processes in runs.items():
        median = statistics.median(each.seconds for each in processes)
        peak = max(each.peak for each in processes)
        table.add_row(name, f"{median * 1000:.0f} ms", f"{median / base:.1f}", f"{peak:.0f} MiB")
    Console().print(table)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", help="a clone of openstack/nova, or another repository with contents")
    parser.add_argument("--overlay", required=True, help="the policy that is laid over it")
    parser.add_argument("--path", default=_PATH, help="the path whose owners are asked for")
    parser.add_argument("--rounds", type=int, default=21)
    return parser.parse_args()


def _commands(options: argparse.Namespace) -> dict[str, list[str]]:
    onetree = str(_BESIDE / "onetree")
    laid = ["--overlay", os.path.abspath(options.overlay)]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "onetree --help": [onetree, "--help"],
        "lint-imports --help": [str(_BESIDE / "lint-imports"), "--help"],
        "onetree owners PATH": [onetree, "owners", *laid, options.path],
        "onetree owners --at HEAD PATH": [onetree, "owners", *laid, "--at", "HEAD", options.path],
        "onetree approvals, one commit": [onetree, "approvals", *laid, "--target", "HEAD^", "--head", "HEAD"],
        "onetree changed, one commit": [onetree, "changed", *laid, "--target", "HEAD^", "--head", "HEAD"],
        "onetree tests, one commit": [onetree, "tests", *laid, "--target", "HEAD^", "--head", "HEAD"],
    }
    tach = shutil.which("tach", path=str(_BESIDE))
    return commands | ({"tach --help": [tach, "--help"]} if tach else {})


def _run(command: list[str], folder: str) -> Process:
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with process:
        said = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}: {said.decode()}")
    return Process(time.perf_counter() - start, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main())
