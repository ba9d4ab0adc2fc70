"""Layout: folders that must be complete, and files, classes and functions that must stay small."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from onetree.policy.imports.facts import Item
from onetree.policy.reading.path_globs import matcher
from onetree.policy.settings import Budgets, Layout
from onetree.policy.tree import Entry
from onetree.policy.values import Finding


def incomplete(layout: Iterable[Layout], entries: Mapping[str, Entry], settings_file: str) -> Iterator[Finding]:
    """What folders lack that a rule of `layout` requires of them. A required name is a file or a folder."""
    folders = _folders(entries)
    for rule in layout:
        matches = matcher([rule.match])
        for folder in sorted(filter(matches, folders)):
            for name in rule.require:
                path = f"{folder}/{name}"
                if path not in entries and path not in folders:
                    message = f"{folder} has no {name}, which {settings_file}:{rule.line} asks of every {rule.match}."
                    yield Finding("layout/missing", path, 0, message, "Add it; 'onetree new' makes complete folders.")


def _folders(entries: Collection[str]) -> set[str]:
    folders: set[str] = set()
    for path in entries:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def too_big(path: str, items: Iterable[Item], budgets: Budgets) -> Iterator[Finding]:
    """What in one file is over its budget."""
    limits = {"file": budgets.file_lines, "class": budgets.class_lines, "function": budgets.function_lines}
    for item in items:
        name = f"{item.kind} {item.name}" if item.name else "the file"
        if item.lines > limits.get(item.kind, item.lines):
            message = f"{name} has {item.lines} lines, and the budget is {limits[item.kind]}."
            yield Finding(f"layout/{item.kind}-lines", path, item.line, message, "Split it where its purposes part.")
        if item.kind == "function" and item.size > budgets.parameters:
            message = f"{name} takes {item.size} parameters, and the budget is {budgets.parameters}."
            yield Finding("layout/parameters", path, item.line, message, "Gather what belongs together in a value.")
        if item.kind == "protocol" and item.size > budgets.protocol_methods:
            message = f"{name} has {item.size} methods, and the budget is {budgets.protocol_methods}."
            yield Finding("layout/protocol-methods", path, item.line, message, "Make small Protocols of its abilities.")
