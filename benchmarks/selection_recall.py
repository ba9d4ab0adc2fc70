"""How safe `onetree tests` is: mutants of this tree, the whole suite on each, and the failing files that it left out.

    python -m benchmarks.selection_recall --killed 100 --rows rows.jsonl

The suite is run but for `WHOLE_TREE`. A mutant counts where at least one test file fails that does not fail without
it. A miss is a failing file that was not selected: all that were not selected are run, and of the selected ones as
many as show that the mutant is killed. For every fourth mutant of a class all are run, and each rule of the selection
is switched off in turn: a rule without which nothing is missed was not measured. Finished mutants stand in --rows, and
a second run on the same tree goes on after them.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from onetree.commands.context import Which, open_context, select
from onetree.commands.sides import sides
from onetree.policy.scoping import RULES, Scope, scope
from onetree.policy.values import InputError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.mutants import files, source
from benchmarks.mutants.bounds import upper_bound
from benchmarks.mutants.mutant import Maker, Mutant
from benchmarks.mutants.suite import Copy, Outcome

ROOT = Path(__file__).resolve().parents[1]
KINDS: Mapping[str, Maker] = {
    "function body": source.function_bodies,
    "constant": source.constants,
    "default value": source.defaults,
    "decorator": source.decorators,
    "class attribute": source.class_attributes,
    "__init__": source.inits,
    "plug-in by name": source.plug_ins,
    "data file": files.data_files,
    "fixture": source.fixtures,
    "conftest": files.conftests,
    "dependency file": files.dependency_files,
    "deleted file": files.deleted_files,
}
# Each rule is switched off alone; and those together that see the same files, where each stands in for the other.
OFF = (*RULES, "data+names+places+reads+claims", "islands+strings+imports")
# Tests of the tree itself copy it and judge it whole, style included, so they fail on almost any mutant, and every
# change of code selects them. Were they run, each mutant would count as killed and found, and nothing be measured.
WHOLE_TREE = "tests/layout/"
Row = dict[str, Any]
_HOUR = 3600.0


def main() -> int:
    """Measure, print the tables, and return 1 where a failing test was left out or too little was measured."""
    options = _options()
    console = Console()
    # A shell's background jobs ignore interrupts, and a kill would leave the suite running and the copy lying about.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rows = _kept(options.report) if options.report else _measured(options, console)
    killed = [row for row in rows if row["failing"]]
    console.print(_by_kind(rows), _by_rule(killed, options.without or OFF), sep="\n")
    missed = [row for row in killed if row["missed"]]
    for row in missed:
        console.print(f"[red]missed[/] {row['key']}: {', '.join(row['missed'])}")
    for row in rows:
        if row["flaky"]:
            console.print(f"not counted, for they fail now and then: {', '.join(row['flaky'])} ({row['key']})")
    console.print(f"{len(killed)} mutants killed, {len(missed)} with a failing test left out.")
    return int(bool(missed) or len(killed) < options.killed)


def _measured(options: argparse.Namespace, console: Console) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        copy = Copy(ROOT, Path(folder), options.workers)
        # Rows of another tree are left alone and not counted.
        kept = _kept(options.rows) if options.rows and options.rows.exists() else []
        rows = [row for row in kept if row["tree"] == copy.fingerprint]
        try:
            _measure(options, copy, rows, console)
        except KeyboardInterrupt:
            console.print("Interrupted: the figures are those of the mutants that were finished.")
    return rows


def _kept(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How safe the selection of tests is.")
    parser.add_argument("--killed", type=int, default=100, help="stop when so many mutants were killed")
    parser.add_argument("--budget", type=float, default=float("inf"), help="stop after so many seconds")
    parser.add_argument("--seed", type=int, default=1, help="which mutants, and in which order")
    parser.add_argument("--rows", type=Path, help="a file of finished mutants, one JSON object a line")
    parser.add_argument("--report", type=Path, metavar="ROWS", help="run nothing, print the figures of these rows")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this class of mutants; repeatable")
    parser.add_argument("--without", action="append", choices=OFF, help="switch off this alone; repeatable")
    parser.add_argument("--in-full", type=int, default=4, help="every so manieth mutant is run without each rule too")
    parser.add_argument("--workers", type=int, default=2, help="processes of pytest-xdist")
    return parser.parse_args()


def _measure(options: argparse.Namespace, copy: Copy, rows: list[Row], console: Console) -> None:
    started = time.monotonic()
    tests = sorted(_scopes(copy, ())[""].tests)
    console.print(f"{len(copy.tree.paths)} files, {len(tests)} of them tests. The whole suite, unchanged:")
    whole = frozenset(test for test in tests if test.startswith(WHOLE_TREE))
    plain = copy.run([test for test in tests if test not in whole], timeout=_HOUR)
    copy.restore()
    took = time.monotonic() - started
    console.print(f"{took:.0f} s; {len(plain.failing)} test files fail: {', '.join(sorted(plain.failing)) or 'none'}.")
    console.print(f"Left out, for they judge the whole tree and fail on almost any mutant: {', '.join(sorted(whole))}.")
    unchanged = _Unchanged(tests, plain.failing | whole, 3 * took + 60)
    done = {row["key"] for row in rows}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("mutants killed", total=options.killed)
        for mutant in _mutants(copy, options.kind or list(KINDS), options.seed):
            killed = sum(bool(row["failing"]) for row in rows)
            progress.update(task, completed=killed, description=f"{len(rows)} mutants run, {killed} killed")
            if killed >= options.killed or time.monotonic() - started > options.budget:
                return
            if mutant.key not in done:
                in_full = sum(row["kind"] == mutant.kind for row in rows) % options.in_full == 0
                row = _run(copy, mutant, unchanged, (options.without or OFF) if in_full else ())
                rows.append(row)
                if options.rows:
                    with options.rows.open("a") as file:
                        file.write(json.dumps(row) + "\n")


def _mutants(copy: Copy, kinds: Sequence[str], seed: int) -> Iterator[Mutant]:
    """Mutants of all kinds in turn, each kind's in an order that the seed gives."""
    made = []
    for kind in kinds:
        by_key = {mutant.key: mutant for mutant in KINDS[kind](copy.tree)}
        mutants = [by_key[key] for key in sorted(by_key)]
        random.Random(f"{seed} {kind}").shuffle(mutants)  # noqa: S311 - nothing is secret here
        made.append(mutants)
    return (mutant for mutant in chain.from_iterable(zip_longest(*made)) if mutant is not None)


class _Unchanged(NamedTuple):
    """The tree without a mutant: its test files, those that fail anyway, and how long a run of the suite may take."""

    tests: Sequence[str]
    failing: frozenset[str]
    timeout: float


def _run(copy: Copy, mutant: Mutant, unchanged: _Unchanged, rules: Sequence[str]) -> Row:
    """One mutant: what fails, and what the selection would have left out, with all rules and without each.

    Every file that was not selected is run. Of the selected ones all are run where `rules` are to be switched off;
    else they are run until one fails, the nearest to the change first, for then it is known that the mutant is killed.
    """
    copy.put(mutant)
    try:
        scopes = _scopes(copy, rules)
        answer = scopes.get("")
        nearest = sorted(answer.selected, key=lambda each: min(map(len, each.reasons), default=0)) if answer else []
        chosen = [each.path for each in nearest if each.path not in unchanged.failing]
        left = [test for test in unchanged.tests if test not in unchanged.failing and test not in chosen]
        outcome = copy.run(left, mutant.lacks, timeout=unchanged.timeout)
        of_chosen = copy.run(chosen, mutant.lacks, timeout=unchanged.timeout, until_one_fails=not rules)
        outcome = Outcome(outcome.failing | of_chosen.failing, outcome.timed_out or of_chosen.timed_out)
        # A test file that the mutant deletes cannot fail, and one that fails anyway tells nothing.
        failing = (outcome.failing & frozenset(unchanged.tests)) - unchanged.failing
        doubtful = failing - {each.path for each in answer.selected} if answer else frozenset()
        again = copy.run_files(doubtful, mutant.lacks, unchanged.timeout)
    finally:
        copy.restore()
    # What the selection left out counts where it fails with the mutant each time, and never without it.
    flaky = (doubtful - again) | copy.run_files(again, (), unchanged.timeout)
    failing -= flaky
    missed = {name: sorted(failing - {each.path for each in found.selected}) for name, found in scopes.items()}
    return {
        "tree": copy.fingerprint,
        "key": mutant.key,
        "kind": mutant.kind,
        "timed_out": outcome.timed_out,
        "failing": sorted(failing),
        "flaky": sorted(flaky),
        "mode": answer.mode if answer else "refused",
        "selected": len(answer.selected if answer else unchanged.tests),
        "total": len(unchanged.tests),
        "missed": missed.pop("", []),
        "without": missed,
    }


def _scopes(copy: Copy, rules: Sequence[str]) -> Mapping[str, Scope]:
    """What is selected for what stands in the copy, with all rules ("") and without each; nothing where refused."""
    try:
        context = open_context(str(copy.root), "")
        selection = select(context, Which(worktree=True))
        both = sides(context, selection)
        found = {
            rule: scope(both.target, both.result, selection.changes, without=rule.split("+") if rule else [])
            for rule in ("", *rules)
        }
    except InputError:  # whoever is refused an answer runs nothing, and the change is not accepted
        return {}
    return found


def _by_kind(rows: Sequence[Row]) -> Table:
    columns = ("class", "mutants", "killed", "missed", "95% bound", "selected", "would be missed without")
    table = Table(*columns, title="Mutants of which a failing test file was left out, by class")
    for kind in (*KINDS, "all"):
        of_kind = [row for row in rows if kind in (row["kind"], "all")]
        killed = [row for row in of_kind if row["failing"]]
        missed = sum(bool(row["missed"]) for row in killed)
        share = sum(row["selected"] / row["total"] for row in of_kind) / len(of_kind) if of_kind else 0.0
        bound = f"{upper_bound(missed, len(killed)):.1%}"
        needed = Counter(rule for row in killed for rule, left in row["without"].items() if left)
        without = ", ".join(f"{rule} {count}" for rule, count in needed.most_common()) or "[yellow]no rule alone[/]"
        table.add_row(kind, str(len(of_kind)), str(len(killed)), str(missed), bound, f"{share:.0%}", without)
    return table


def _by_rule(killed: Sequence[Row], rules: Sequence[str]) -> Table:
    table = Table("without the rule", "mutants missed", "of which classes", title="What each rule is needed for")
    for rule in rules:
        missed = [row for row in killed if row["without"].get(rule)]
        kinds = sorted({row["kind"] for row in missed})
        table.add_row(rule, str(len(missed)), ", ".join(kinds) or "[yellow]none: not shown to be needed here[/]")
    return table


if __name__ == "__main__":
    sys.exit(main())
