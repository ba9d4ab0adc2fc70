"""Import statements read without a syntax tree are those of the syntax tree; those read from lines are never fewer."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onetree.adapters.codebase import Lines
from onetree.policy.imports import candidates
from onetree.policy.imports.graph import Modules
from onetree.policy.imports.logical import statements_on
from onetree.policy.imports.scan import Statement, scan
from onetree.policy.imports.statements import statements
from onetree.policy.imports.superset import scope, superset

# Pieces that, one after another, make programs that are nearly right: what a quick reading may stumble over.
PIECES = (
    "import a",
    "import a.b as c, d",
    "from a import b",
    "from . import a",
    "from .. a import b as c, d",
    "from ...a.b import *",
    "from a import (b, c)",
    "from a import (  # import x\n    b,\n    c as d,  # )\n)",
    "from a import b, \\\n    c",
    "from a \\\n    import b",
    "import \\\n    a",
    "import a; import b",
    "if x: import a",
    "if x:\n    import a\nelif TYPE_CHECKING:\n    import b\nelse:\n    import c",
    "if TYPE_CHECKING:\n    import a\n    if x:\n        import b\nelse:\n    import c",
    "if t.TYPE_CHECKING: import a",
    "try:\n\timport a\nexcept E: import b\nfinally:\n\timport c",
    "def f(x=1):\n    '''import a'''\n    import b",
    "class C: import a",
    "async def f():\n    async with x: import a",
    "match x:\n    case 1: import a\n    case _:\n        from b import c",
    '"""import a\nimport b\n"""',
    "'''\nimport a\n\\''' import b\n'''",
    "x = 'it\\'s'; import a",
    'x = "a\\\nimport b"',
    "x = r'\\'; import a  # '",
    "x = f'{y}'; import a",
    "x = f\"{y['import a']}\"",
    'x = rb"""\nimport a\n"""',
    "# import a",
    "x = 1  # '''",
    "x = {\n  'import': 1}",
    "raise E from e",
    "yield_ = [i for i in important if imported]",
    "\x0cimport a",
    "@decorate(\n    'import a')\ndef g(): import b",
    "lambda: 0",
    "import é",
    "from ﬁ import a",
    "x = '\u2028import a'",
    "import a as \\\n b",
    "",
)
ENDS = ("\n", "\r\n", "\r", ";", " ;\n", "\n\n")


@st.composite
def programs(draw: st.DrawFn) -> bytes:
    """A program of some pieces, some of them indented into a function, in some encoding."""
    text = ""
    for piece in draw(st.lists(st.sampled_from(PIECES), max_size=6)):
        body = piece
        if draw(st.integers(0, 3)) == 0 and "\\\n" not in piece and "'''" not in piece and '"""' not in piece:
            body = "def w():\n" + "\n".join("    " + line for line in piece.split("\n")) + "\n    pass"
        text += body + draw(st.sampled_from(ENDS if draw(st.integers(0, 3)) == 0 else ["\n"]))
    start = draw(
        st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"# coding: utf-8\n", b"#!x\n# -*- coding: latin-1 -*-\n"])
    )
    return start + text.encode("latin-1" if b"latin" in start else "utf-8", "replace")


@settings(max_examples=200, deadline=None)
@given(programs())
def test_quick_reading_is_exact(source: bytes) -> None:
    """Of every program that parses, all statements, their lines, and what is for type checkers alone."""
    exact = scan(source)
    if not exact.error:
        assert sorted(statements(source).statements) == sorted(exact.statements)


@settings(max_examples=200, deadline=None)
@given(programs())
def test_a_line_is_confirmed_exactly(source: bytes) -> None:
    """Reading no more than what stands before a line finds the statements of that line."""
    exact = scan(source)
    for statement in () if exact.error or b"\r" in source or b"\\" in source else exact.statements:
        assert statement in statements(source, [statement.line]).statements


@settings(max_examples=200, deadline=None)
@given(st.one_of(programs(), st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_reading_never_crashes(source: bytes) -> None:
    """Whatever the bytes are, the quick readings answer, and the exact one says where it cannot."""
    assert bool(scan(source).error) == (scan(source).error_line > 0)
    statements(source)
    list(statements_on(source, {1, 2, 3}))
    candidates.on_line(source.decode("utf-8", "replace"))


KNOWN = ["pkg", "pkg.a", "pkg.b", "pkg.a.b", "pkg.a.c", "a", "a.b", "a.b.c", "b", "c", "é", "fi"]
FILES = [name.replace(".", "/") + "/__init__.py" for name in KNOWN] + ["pkg/x.py"]


@settings(max_examples=200, deadline=None)
@given(programs())
def test_lines_give_a_superset(source: bytes) -> None:
    """No edge that a file has is missing from what its lines give."""
    exact = scan(source)
    if exact.error:
        return
    known = scope(Modules(FILES), ("pkg", "a", "b", "c", "é", "fi"), external=False)
    found = superset(Lines(b"", {"pkg/x.py": source}, None).all(), known, lambda _: source).get("pkg.x", {})
    assert set(known.exact("pkg/x.py", exact.statements, typing=True)) <= set(found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from . import a", [Statement(1, "", ("a",), 1)]),
        ("\n\nimport a.b, c", [Statement(0, "a.b", (), 3), Statement(0, "c", (), 3)]),
        ("from ..a import (\n b,\n c)", [Statement(2, "a", ("b", "c"), 1)]),
        ("if TYPE_CHECKING:\n  import a", [Statement(0, "a", (), 2, typing=True)]),
        ("x = '''\nimport a\n'''\nimport b", [Statement(0, "b", (), 4)]),
        ("from a \\\n\\\n import b", [Statement(0, "a", ("b",), 1)]),
    ],
)
def test_statements(source: str, expected: list[Statement]) -> None:
    """What a statement is read as."""
    assert (list(statements(source.encode()).statements), list(scan(source.encode()).statements)) == (
        expected,
        expected,
    )


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        (b"import a\nprint 'hello'\n", "Missing parentheses in call to 'print'. Did you mean print(...)?", 2),
        (b"x = (\n", "'(' was never closed", 1),
        (b"# coding: nonsense\n", "unknown encoding: nonsense", 1),
        (b"\xff\n", "", 1),
        (b"x = 1\0\n", "source code string cannot contain null bytes", 1),
    ],
)
def test_a_file_that_does_not_parse_says_so(source: bytes, message: str, line: int) -> None:
    """The message is Python's, and there is always a line."""
    found = scan(source)
    assert found.error.startswith(message)
    assert (found.statements, found.error_line) == ((), line)


def test_quick_reading_is_exact_on_the_standard_library() -> None:
    """Real code: some hundred files of Python's own, odd ones among them."""
    folder = Path(ast.__file__).parent
    for path in [*sorted(folder.glob("*.py")), *sorted(folder.glob("[ejlu]*/*.py"))]:
        source = path.read_bytes()
        exact = scan(source)
        assert exact.error or sorted(statements(source).statements) == sorted(exact.statements), path


@pytest.mark.parametrize("line", range(1, 12))
def test_single_statements_are_parsed_as_in_their_file(line: int) -> None:
    """Each line's statement has the constants that the whole file's tree has on that line."""
    source = (
        b"x = [\n 'a',\n 'b', f(']')]\nif x == 'c':\n  y = '''d\n'''; z = 'e'\nelif x in ('f',\n 'g'):\n"
        b"  pass\nmatch x:\n  case 'h' | 'i': 'j'\n"
    )
    wanted = {
        (c.value, c.lineno) for c in ast.walk(ast.parse(source)) if isinstance(c, ast.Constant) and c.lineno == line
    }
    trees = list(statements_on(source, {line}))
    found = {(c.value, c.lineno) for tree in trees for c in ast.walk(tree) if isinstance(c, ast.Constant)}
    assert wanted <= found
    assert all(len(list(ast.walk(tree))) < 30 for tree in trees)
