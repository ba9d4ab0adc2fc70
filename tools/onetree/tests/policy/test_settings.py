"""The settings of a whole tree."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy import settings
from onetree.policy.settings import Budgets, Debt, Layout, Settings
from onetree.policy.tree import MemoryTree
from onetree.policy.values import InputError

EVERYTHING = """\
target = "master"
override = ["root1@example.org"]
accounts = "policy/accounts.toml"
run_all = ["*.toml", ".ci/**"]
exempt_pure_reverts = true
pure_rebase_keeps_votes = false
history_counts_each_commit = false
imported_owners_need_importers = false
star_excludes_author = false
one_person_one_slot = false
roots = [".", "lib"]
scripts = ["bin/**"]
data = ["tests/data/**"]
contracts = "contracts.ini"
plugins = ["drivers/*"]
manifest_tables = ["driver"]

[[layout]]
match = "drivers/*"
require = ["OWNERS"]

[templates]
driver = "templates/driver"

[budgets]
parameters = 4
exclude = ["vendor/**"]

[[debt]]
contract = "drivers-are-islands"
importer = "a.b"
imported = "c"
owner = "ann@example.org"
reason = "It moves next month."
since = 2026-01-31
"""


def test_every_key_is_read() -> None:
    assert settings.parse(EVERYTHING.encode(), "onetree.toml") == Settings(
        file="onetree.toml",
        target="master",
        override=("root1@example.org",),
        accounts="policy/accounts.toml",
        run_all=("*.toml", ".ci/**"),
        exempt_pure_reverts=True,
        pure_rebase_keeps_votes=False,
        history_counts_each_commit=False,
        imported_owners_need_importers=False,
        star_excludes_author=False,
        one_person_one_slot=False,
        roots=(".", "lib"),
        scripts=("bin/**",),
        data=("tests/data/**",),
        contracts="contracts.ini",
        plugins=("drivers/*",),
        manifest_tables=("driver",),
        layout=(Layout("drivers/*", ("OWNERS",), 18),),
        templates={"driver": "templates/driver"},
        budgets=Budgets(parameters=4, exclude=("vendor/**",)),
        debt=(Debt("drivers-are-islands", "a.b", "c", "ann@example.org", "It moves next month.", "2026-01-31", 29),),
    )


def test_a_date_may_be_a_string() -> None:
    text = EVERYTHING.replace("2026-01-31", '"2026-01-31"')
    assert settings.parse(text.encode(), "onetree.toml").debt[0].since == "2026-01-31"


def test_pyproject_is_read_at_its_own_table() -> None:
    text = '[project]\nname = "x"\n[tool.onetree]\ntarget = "trunk"\n'
    assert settings.parse(text.encode(), "pyproject.toml") == Settings(file="pyproject.toml", target="trunk")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, Settings()),
        ({"pyproject.toml": "[project]\n"}, Settings()),
        ({"pyproject.toml": '[tool.other]\nname = "onetree"\n'}, Settings()),
        ({"onetree.toml": ""}, Settings(file="onetree.toml")),
        ({"pyproject.toml": "[project]\n", "onetree.toml": "roots = []"}, Settings(file="onetree.toml", roots=())),
        ({"pyproject.toml": "[tool.onetree]\n", "lib/onetree.toml": "x"}, Settings(file="pyproject.toml")),
    ],
)
def test_a_trees_settings_stand_in_one_file(files: dict[str, str], expected: Settings) -> None:
    assert settings.of(MemoryTree(files)) == expected


BAD = [
    ("target = ", "onetree.toml:1: the settings file is not TOML: invalid value. Mend the syntax."),
    ("\n\n[a", "onetree.toml:3: the settings file is not TOML: expected ']' at the end of a table declaration. "),
    ("target = 1", "onetree.toml:1: 'target' must be a string, not a whole number."),
    ('\ntarget = ""', "onetree.toml:2: 'target' is empty. Write a value."),
    ('run_al = ["a"]', "onetree.toml:1: unknown key 'run_al'. Did you mean 'run_all'?"),
    (
        "[budgets]\n\nfile_line = 3",
        "onetree.toml:3: unknown key 'budgets.file_line'. Did you mean 'file_lines'?",
    ),
    (
        "[budgets]\nx = 3",
        "onetree.toml:2: unknown key 'budgets.x'. "
        "Known keys: class_lines, exclude, file_lines, function_lines, parameters, protocol_methods.",
    ),
    (
        "[budgets]\nparameters = 0",
        "onetree.toml:2: 'budgets.parameters' must be at least 1, not 0. Write a number from 1 upwards.",
    ),
    ("[budgets]\nparameters = true", "onetree.toml:2: 'budgets.parameters' must be a whole number, not true or false."),
    ('run_all = "a"', "onetree.toml:1: 'run_all' must be a list, not a string."),
    ('run_all = [\n"a",\n3]', "onetree.toml:3: 'run_all.1' must be a string, not a whole number."),
    ('run_all = ["a",\n""]', "onetree.toml:2: 'run_all' holds an empty string. Remove it."),
    (
        'run_all = ["a",\n"{b"]',
        "onetree.toml:2: 'run_all.1' is a bad glob, '{b': `{` has no `}`. "
        "A glob is a path from the root with *, **, ?, [a-z] or {a,b}: docs/libvirt/**",
    ),
    (
        'accounts = "../x"',
        "onetree.toml:1: 'accounts' leads out of the tree: '../x'. "
        "Write a path from the root, with '/' and without '..'.",
    ),
    ('override = ["ann"]', "onetree.toml:1: 'override' holds 'ann'. Write e-mail addresses."),
    ("exempt_pure_reverts = 1", "onetree.toml:1: 'exempt_pure_reverts' must be true or false, not a whole number."),
    ("layout = [1]", "onetree.toml:1: 'layout.0' must be a table, not a whole number."),
    ("[layout]", "onetree.toml:1: 'layout' must be a list, not a table."),
    ("[[layout]]\n", "onetree.toml:1: [layout.0] has no 'match'. Add: match = \"...\""),
    ("templates = 2026-01-01", "onetree.toml:1: 'templates' must be a table, not a date."),
    (EVERYTHING.replace("2026-01-31", '"31/1/26"'), "onetree.toml:35: 'debt.0.since' is no date: '31/1/26'. "),
    (EVERYTHING.replace('importer = "a.b"\n', ""), "onetree.toml:29: [debt.0] has no 'importer'. "),
    (EVERYTHING.replace("since", "sicne"), "onetree.toml:35: unknown key 'debt.0.sicne'. Did you mean 'since'?"),
    (EVERYTHING.replace('reason = "It moves next month."\n', ""), "onetree.toml:29: [debt.0] has no 'reason'. "),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_mistake_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        settings.parse(text.encode(), "onetree.toml")
    said = str(raised.value)
    assert said == message or (message.endswith(" ") and said.startswith(message))


def test_mistakes_that_no_text_shows() -> None:
    """Bytes that are no UTF-8, a table that is none, settings in two places, and TOML that only looks harmless."""
    cases: list[tuple[dict[str, str | bytes], str]] = [
        ({"onetree.toml": b"a = 1\n\xff"}, "onetree.toml:2: the settings file is not UTF-8. Save it as UTF-8."),
        (
            {"pyproject.toml": "[tool]\n\nonetree = 1"},
            "pyproject.toml:3: 'tool.onetree' must be a table. Write [tool.onetree].",
        ),
        (
            {"pyproject.toml": "[tool.onetree]", "onetree.toml": ""},
            "onetree.toml:1: settings stand in pyproject.toml as well as in onetree.toml, and only one of them may "
            "have any. Move them into [tool.onetree] of pyproject.toml.",
        ),
        (
            {"onetree.toml": "a = " + "[" * 5000},
            "onetree.toml:1: the settings file cannot be read: it nests too deeply, or a number in it is too long. "
            "Simplify it.",
        ),
        (
            {"onetree.toml": "a = " + "9" * 5000},
            "onetree.toml:1: the settings file cannot be read: it nests too deeply, or a number in it is too long. "
            "Simplify it.",
        ),
    ]
    for files, message in cases:
        with pytest.raises(InputError) as raised:
            settings.of(MemoryTree(files))
        assert str(raised.value) == message


WORDS = st.sampled_from(["target", "roots", "layout", "debt", "budgets", "match", "since", "tool.onetree", "templates"])
SIGNS = st.sampled_from(["[", "]", "[[", "]]", "{", "}", "=", ",", ".", "\n", '"', "'", '"""', "#", "\\", " ", "é"])
VALUES = st.sampled_from(['"a"', "1", "1.5", "true", "2026-01-31"])


@given(
    st.binary(max_size=60) | st.lists(WORDS | SIGNS | VALUES, max_size=20).map(lambda words: "".join(words).encode())
)
def test_whatever_the_bytes_nothing_else_is_raised(data: bytes) -> None:
    for path in ("onetree.toml", "pyproject.toml"):
        with contextlib.suppress(InputError):
            settings.parse(data, path)


@pytest.mark.parametrize("opening", ["[", "{a = "])
def test_however_deep_it_nests_nothing_else_is_raised(opening: str) -> None:
    closing = {"[": "]", "{a = ": "}"}[opening]
    for depth in range(100, 700, 5):
        with pytest.raises(InputError):
            settings.parse(f"target = {opening * depth}1{closing * depth}".encode(), "onetree.toml")
