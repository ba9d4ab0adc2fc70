"""How fast approvals are: over a history in one process, and for one commit as a whole process.

    python -m benchmarks.approvals HISTORY.git --overlay tools/onetree/overlays/upstream-nova
    python -m benchmarks.approvals HISTORY.git --overlay tools/onetree/overlays/upstream-nova --clone CLONE

HISTORY.git is any repository; the policy is the overlay over its HEAD, the same for every commit, and nobody has
voted, so that a verdict says who must approve. Beside it, on the same paths: one onetree process for each of some
commits, and the PyPI package `codeowners` doing the look-up of owners alone (pip install codeowners==0.8.0), with each
folder that has an OWNERS file as one rule.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import NamedTuple

from onetree.adapters import series
from onetree.adapters.git import Repository
from onetree.commands.context import Context, open_context
from onetree.policy.approvals.accounts import Accounts
from onetree.policy.approvals.ballots import Person, count
from onetree.policy.approvals.rules import Rules
from onetree.policy.approvals.verdict import Change, Judge
from onetree.policy.tree import Tree
from rich.console import Console
from rich.table import Table

_CHUNK = 1 << 20


class Measured(NamedTuple):
    """One line of the table: what was done, how often, in how many seconds, and what came out."""

    what: str
    commits: int
    paths: int
    seconds: float
    result: str = ""


def main() -> int:
    """Measure and print; 1 where the history is judged more slowly than `--at-least` commits a second."""
    options = _options()
    context = open_context(options.history, options.overlay)
    tree = context.lay(context.repo.tree(context.repo.resolve("HEAD")))
    runs = [_over_history(context, tree, options.commits) for _ in range(options.rounds)]
    best = min(runs, key=lambda run: run.seconds)
    middle = best._replace(seconds=statistics.median(run.seconds for run in runs))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines = [middle, _git_alone(context.repo, options.commits)]
    if peer := _codeowners(context.repo, tree, options.commits):
        lines.append(peer)
    lines.append(_process_each(options))
    _print(lines, memory)
    if options.clone:
        _one_commit(options)
    rate = middle.commits / middle.seconds
    return int(rate < options.at_least)


def _over_history(context: Context, tree: Tree, limit: int) -> Measured:
    """Judge every commit over its first parent, by the policy function that the command uses."""
    start = time.perf_counter()
    rules = Rules(tree, context.settings(tree), Accounts())
    judge = Judge(rules)
    verdicts: Counter[str] = Counter()
    commits = paths = 0
    for step in _steps(context.repo, limit):
        ballot = count(None, (Person(step.author, "author"), Person(step.committer, "committer")), rules.accounts)
        verdict = judge.judge(Change(step.commit, step.changes), ballot)
        verdicts[verdict.status] += 1
        commits += 1
        paths += len(verdict.paths)
    shown = ", ".join(f"{number:,} {status}" for status, number in sorted(verdicts.items()))
    return Measured("onetree, one process, whole verdicts", commits, paths, time.perf_counter() - start, shown)


def _git_alone(repo: Repository, limit: int) -> Measured:
    """What reading the history takes, without judging it."""
    start = time.perf_counter()
    sizes = [len(step.changes) for step in _steps(repo, limit)]
    return Measured("git and reading its output alone", len(sizes), sum(sizes), time.perf_counter() - start)


def _codeowners(repo: Repository, tree: Tree, limit: int) -> Measured | None:
    """Look up the owners of the same paths in a CODEOWNERS file of as many rules; None where it is not installed."""
    try:
        make = import_module("codeowners").CodeOwners
    except ImportError:
        return None
    folders = sorted(path.rpartition("/")[0] for path in tree.entries() if path.rpartition("/")[2] == "OWNERS")
    rules = make("".join(f"/{folder}/ @{folder.replace('/', '-')}\n" if folder else "* @root\n" for folder in folders))
    start = time.perf_counter()
    sizes = [len([rules.of(change.path) for change in step.changes]) for step in _steps(repo, limit)]
    what = f"git and a look-up with codeowners (PyPI), {len(folders)} rules"
    return Measured(what, len(sizes), sum(sizes), time.perf_counter() - start)


def _process_each(options: argparse.Namespace) -> Measured:
    """One onetree process for each of the newest commits: what a hook on each push costs."""
    repo = Repository.discover(options.history)
    steps = list(_steps(repo, options.processes))
    start = time.perf_counter()
    for step in steps:
        revs = ("--target", f"{step.commit}^", "--head", step.commit)
        _run(["--repo", options.history, "--overlay", options.overlay, "--format", "json", "approvals", *revs])
    paths = sum(len(step.changes) for step in steps)
    return Measured("onetree, one process for each commit", len(steps), paths, time.perf_counter() - start)


def _one_commit(options: argparse.Namespace) -> None:
    """The time of whole processes on a clone with contents, for the newest commits that are no merges."""
    repo = Repository.discover(options.clone)
    commits = repo.raw(["rev-list", "--no-merges", f"--max-count={options.processes}", "HEAD"]).decode().split()
    base = ["--repo", options.clone, "--overlay", options.overlay, "approvals"]
    table = Table("one commit, whole process", "median ms", "fastest ms", "slowest ms")
    python = [_milliseconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in commits]
    table.add_row("python -c pass", *_spread(python))
    table.add_row(
        "HEAD, nothing given", *_spread([_milliseconds(lambda: _run(base)) for _ in range(options.rounds * 3)])
    )
    given = [_milliseconds(lambda c=each: _run([*base, "--target", f"{c}^", "--head", c])) for each in commits]  # type: ignore[misc]
    table.add_row(f"{len(commits)} commits, --target and --head", *_spread(given))
    Console().print(table)


def _steps(repo: Repository, limit: int) -> Iterator[series.Step]:
    revs = ["HEAD", *([f"--max-count={limit}"] if limit else [])]
    with subprocess.Popen(["git", "-C", repo.root, *series.history_arguments(revs)], stdout=subprocess.PIPE) as git:
        assert git.stdout is not None  # noqa: S101 - it was asked for
        yield from series.history(_fields(iter(lambda: git.stdout.read(_CHUNK), b"")))  # type: ignore[union-attr]


def _fields(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The NUL-separated fields of a stream."""
    rest = b""
    for chunk in chunks:
        *fields, rest = (rest + chunk).split(b"\0")
        yield from fields
    if rest:
        yield rest


def _run(args: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "onetree", *args], stdout=subprocess.DEVNULL, check=False)


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _spread(times: list[float]) -> tuple[str, str, str]:
    return f"{statistics.median(times):.0f}", f"{min(times):.0f}", f"{max(times):.0f}"


def _print(lines: list[Measured], memory: int) -> None:
    table = Table("what", "commits", "paths", "seconds", "commits/s", "paths/s", "verdicts")
    for each in lines:
        rate, paths = each.commits / each.seconds, each.paths / each.seconds
        figures = (f"{each.commits:,}", f"{each.paths:,}", f"{each.seconds:.2f}", f"{rate:,.0f}", f"{paths:,.0f}")
        table.add_row(each.what, *figures, each.result)
    Console().print(table)
    Console().print(f"Peak memory of this process: {memory} MB.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast approvals are.")
    parser.add_argument("history", help="a repository, bare or not")
    parser.add_argument("--overlay", required=True, help="the folder of OWNERS and manifests to judge by")
    parser.add_argument("--clone", default="", help="a clone with contents, for whole processes on one commit")
    parser.add_argument("--commits", type=int, default=0, help="the newest so many (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--processes", type=int, default=20, help="how many commits to judge by a process each")
    parser.add_argument("--at-least", type=float, default=2000, help="commits a second below which this fails")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
