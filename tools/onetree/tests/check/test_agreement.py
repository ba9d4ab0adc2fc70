"""onetree's verdicts on contracts are import-linter's: on a table of planted violations, and on random trees."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.onetree.tests.check.linting import FAILED, import_linter, onetree

NAMES = ("a", "b", "c")
MODULES = sorted(
    {"pkg", *(f"pkg.{x}" for x in NAMES), *(f"pkg.{x}.{y}" for x in NAMES for y in NAMES)}
    | {f"pkg.a.b.{z}" for z in NAMES}
)
PACKAGES = {"pkg", "pkg.a", "pkg.b", "pkg.c", "pkg.a.b"}


def path_of(module: str) -> str:
    return module.replace(".", "/") + ("/__init__.py" if module in PACKAGES else ".py")


FORMS = (
    "import {module}",
    "import {module} as x",
    "import os, {module}",
    "from {parent} import {name}",
    "from {parent} import nothing, {name} as y",
    "from {module} import nothing",
    "from {module} import *",
    "from {parent} import (\n    nothing,  # no )\n    {name},\n)",
    "from {parent} import nothing, \\\n    {name}",
    "from {parent} \\\n    import {name}",
    "from \\\n    {parent} \\\n    import \\\n    {name}",
    "x = 1; import {module}; y = 2",
    "if True: import {module}",
    "def f():\n    from {parent} import {name}",
    "class C:\n\timport {module}",
    "try:\n    import {module}\nexcept ImportError:\n    pass",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {module}",
    'x = """\nimport {module}\n"""',
    "'''\nfrom {parent} import {name}\n'''",
    "# import {module}",
    "x = 'import {module}'",
    "x = 'a\\\nimport {module}'",
    "from . import {name}",
    "from .{name} import nothing",
    "from .. import {name}",
    "from ..{name} import ({name})",
    "import {module}.missing",
    "import {module}.missing.more",
    "important = '{module}'",
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """A few modules of `pkg`, each with a few statements."""
    present = draw(st.sets(st.sampled_from(MODULES), min_size=3))
    for module in list(present):
        parts = module.split(".")
        present.update(".".join(parts[:depth]) for depth in range(1, len(parts)))
    files = {}
    for module in sorted(present):
        lines = []
        for imported in draw(st.lists(st.sampled_from(MODULES), max_size=3)):
            parent, _, name = imported.rpartition(".")
            form = draw(st.sampled_from(FORMS))
            depth = module.count(".") + (module in PACKAGES)
            if (not parent and "{parent}" in form) or (form.startswith("from ..") and depth < 2) or depth < 1:
                form = "import {module}"
            lines.append(form.format(module=imported, parent=parent, name=name))
        files[path_of(module)] = "\n".join([*lines, ""])
    return files


expressions = st.one_of(st.sampled_from(MODULES), st.sampled_from(["pkg.*", "pkg.*.a", "pkg.a.*", "pkg.**", "pkg.*.*"]))
some = st.lists(expressions, min_size=1, max_size=3, unique=True)
flag = st.sampled_from(["True", "False"])


def _lines(key: str, values: list[str]) -> list[str]:
    return [f"{key} =", *(f"    {value}" for value in values)] if values else []


@st.composite
def contracts(draw: st.DrawFn) -> str:
    """One contract of a native type, with options."""
    kind = draw(st.sampled_from(["layers", "independence", "forbidden", "protected"]))
    text = ["[importlinter]", "root_package = pkg"]
    text.append(f"exclude_type_checking_imports = {draw(flag)}")
    text.append(f"include_external_packages = {draw(flag)}")
    text += ["[importlinter:contract:one]", "name = one", f"type = {kind}"]
    if kind == "layers":
        in_containers = draw(st.booleans())
        pool = ["a", "b", "c", "a.b"] if in_containers else ["pkg.a", "pkg.b", "pkg.c", "pkg.a.b", "pkg.b.c"]
        tails = draw(st.lists(st.sampled_from(pool), min_size=2, max_size=4, unique=True))
        tails = [f"({tail})" if draw(st.booleans()) else tail for tail in tails]
        layers = [draw(st.sampled_from([" | ", " : "])).join(tails[:2]), *tails[2:]] if draw(st.booleans()) else tails
        text += _lines("layers", layers)
        if in_containers:
            text += _lines("containers", draw(st.sampled_from([["pkg"], ["pkg.a"], ["pkg.*"], ["pkg", "pkg.b"]])))
            text.append(f"exhaustive = {draw(flag)}")
            text += _lines("exhaustive_ignores", draw(st.sampled_from([[], ["c"], ["b", "c"]])))
    elif kind == "independence":
        text += _lines("modules", draw(some))
    elif kind == "forbidden":
        text += _lines("source_modules", draw(some))
        text += _lines("forbidden_modules", draw(st.one_of(some, st.just(["os"]))))
        text += [f"allow_indirect_imports = {draw(flag)}", f"as_packages = {draw(flag)}"]
    else:
        text += _lines("protected_modules", draw(some))
        text += _lines("allowed_importers", draw(some))
        text.append(f"as_packages = {draw(flag)}")
    ignored = draw(st.lists(st.tuples(expressions, expressions), max_size=2))
    text += _lines("ignore_imports", [f"{importer} -> {imported}" for importer, imported in ignored])
    text.append(f"unmatched_ignore_imports_alerting = {draw(st.sampled_from(['none', 'none', 'warn', 'error']))}")
    return "\n".join(text) + "\n"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), contracts())
def test_random_trees_are_judged_alike(files: dict[str, str], contract: str) -> None:
    """Kept or broken, the pairs, the direct imports and the undeclared layers are the same; so is giving up."""
    files = {**files, ".importlinter": contract}
    with tempfile.TemporaryDirectory() as folder:
        theirs = import_linter(Path(folder), files)
    assert onetree(files) == theirs


HEAD = """\
[importlinter]
root_package = pkg
include_external_packages = {external}
[importlinter:contract:one]
name = one
"""
BASE = {path_of(module): "" for module in MODULES}
PLANTED = {
    "layers, direct": ("type = layers\nlayers =\n  pkg.a\n  pkg.b\n", {"pkg.b.a": "import pkg.a.c"}),
    "layers, indirect": (
        "type = layers\nlayers =\n  pkg.a\n  pkg.b\n",
        {"pkg.b.a": "from pkg import c", "pkg.c": "from .a import x", "pkg.c.a": "from ..a.b import b"},
    ),
    "layers, independent": ("type = layers\nlayers =\n  pkg.a | pkg.b\n  pkg.c\n", {"pkg.a.a": "import pkg.b"}),
    "layers, not independent": ("type = layers\nlayers =\n  pkg.a : pkg.b\n  pkg.c\n", {"pkg.a.a": "import pkg.b"}),
    "layers, through another layer": (
        "type = layers\nlayers =\n  pkg.a\n  pkg.b\n  pkg.c\n",
        {"pkg.c.a": "import pkg.b", "pkg.b": "import pkg.a"},
    ),
    "layers, containers": (
        "type = layers\ncontainers = pkg.*\nlayers =\n  a\n  b\n  (c)\n  (d)\n",
        {"pkg.b.b": "from . import a"},
    ),
    "layers, exhaustive": ("type = layers\ncontainers = pkg\nexhaustive = True\nlayers =\n  a\n  b\n", {}),
    "layers, one is missing": ("type = layers\nlayers =\n  pkg.a\n  pkg.d\n", {}),
    "independence": ("type = independence\nmodules = pkg.*\n", {"pkg.a.b.c": "from ...b import a"}),
    "independence, overlapping": ("type = independence\nmodules =\n  pkg.a\n  pkg.a.b\n", {}),
    "independence, indirect": (
        "type = independence\nmodules =\n  pkg.a\n  pkg.b\n",
        {"pkg.a.a": "import pkg.c.a", "pkg.c.a": "import pkg.c.b", "pkg.c.b": "def f():\n    import pkg.b.c"},
    ),
    "forbidden": (
        "type = forbidden\nsource_modules = pkg.a\nforbidden_modules =\n  pkg.b\n  pkg.c\n",
        {"pkg.a.b.a": "from pkg.b import (\n  a,\n)", "pkg.b.a": "import pkg.c.a"},
    ),
    "forbidden, direct imports alone": (
        "type = forbidden\nallow_indirect_imports = true\nsource_modules = pkg.a\nforbidden_modules =\n pkg.b\n pkg.c",
        {"pkg.a.b.a": "import pkg.b", "pkg.b.a": "import pkg.c.a", "pkg.b": "from .a import x"},
    ),
    "forbidden, as modules": (
        "type = forbidden\nas_packages = False\nsource_modules = pkg.a\nforbidden_modules = pkg.b\n",
        {"pkg.a": "import pkg.a.a", "pkg.a.a": "import pkg.b", "pkg.a.b": "import pkg.b"},
    ),
    "forbidden, external": (
        "type = forbidden\nsource_modules = pkg.a\nforbidden_modules =\n  os\n  json\n",
        {"pkg.a.a": "import os.path", "pkg.a": "import pkg.b", "pkg.b": "from json import loads"},
    ),
    "forbidden, part of an external package": (
        "type = forbidden\nsource_modules = pkg.a\nforbidden_modules = os.path\n",
        {"pkg.a.a": "import os.path"},
    ),
    "protected": (
        "type = protected\nprotected_modules = pkg.*\nallowed_importers = pkg.c\n",
        {
            "pkg.a.a": "import pkg.b.a",
            "pkg.c.a": "import pkg.b.a",
            "pkg.b.b": "import pkg.b.a",
            "pkg": "from .a.b import c",
        },
    ),
    "protected, as modules": (
        "type = protected\nas_packages = False\nprotected_modules = pkg.a\nallowed_importers = pkg.c\n",
        {"pkg.c": "import pkg.a", "pkg.c.a": "import pkg.a", "pkg.b": "import pkg.a.a"},
    ),
    "protected, a name that is not there": (
        "type = protected\nprotected_modules = pkg.nowhere\nallowed_importers = pkg.c\n",
        {},
    ),
    "only type checkers follow": (
        "type = independence\nmodules = pkg.*\n",
        {"pkg.a": "import typing as t\nif t.TYPE_CHECKING:\n  import pkg.b\nelse:\n  import pkg.c"},
    ),
    "ignored": (
        "type = independence\nmodules = pkg.*\nignore_imports =\n  pkg.a.* -> pkg.**\n",
        {"pkg.a.a": "import pkg.b", "pkg.a.b.a": "import pkg.b"},
    ),
    "ignored, but never there": ("type = independence\nmodules = pkg.*\nignore_imports = pkg.a -> pkg.b\n", {}),
    "ignored, but in a string alone": (
        "type = independence\nmodules = pkg.*\nignore_imports = pkg.a -> pkg.b\n",
        {"pkg.a": '"""\nimport pkg.b\n"""'},
    ),
    "in a string alone": ("type = independence\nmodules = pkg.*\n", {"pkg.a": '"""\nimport pkg.b\n"""'}),
    "in a string and in a statement": (
        "type = independence\nmodules = pkg.*\n",
        {"pkg.a": '"""\nimport pkg.b\n"""\nfrom pkg.b import nothing'},
    ),
    "an option that is misspelt": ("type = independence\nmodules = pkg.*\nmodulse = pkg.a\n", {}),
    "no such type": ("type = indifference\nmodules = pkg.*\n", {}),
    "a wildcard in a name": ("type = independence\nmodules = pkg.a*\n", {}),
}


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("external", ["True", "False"])
def test_planted_violations_are_judged_alike(name: str, external: str, tmp_path: Path) -> None:
    """One of each kind, and what cannot be judged."""
    contract, sources = PLANTED[name]
    files = BASE | {path_of(module): text + "\n" for module, text in sources.items()}
    files[".importlinter"] = HEAD.format(external=external) + contract
    theirs = import_linter(tmp_path, files)
    assert onetree(files) == theirs


def test_the_planted_violations_are_of_every_outcome(tmp_path: Path) -> None:
    """The table would prove nothing if all of it were kept, or all of it failed."""
    outcomes = []
    for index, (contract, sources) in enumerate(PLANTED.values()):
        files = BASE | {path_of(module): text + "\n" for module, text in sources.items()}
        files[".importlinter"] = HEAD.format(external="True") + contract
        found = import_linter(tmp_path / str(index), files)
        outcomes.append(FAILED if isinstance(found, str) else str(found["one"].kept))
    assert {outcome: outcomes.count(outcome) > 1 for outcome in outcomes} == {FAILED: True, "True": True, "False": True}
