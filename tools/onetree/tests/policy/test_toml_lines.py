"""Where a key stands in a TOML file."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.reading.toml_lines import lines

DOCUMENT = """\
# a comment = 1
target = "main"
"quoted key".b = 1
list = [
  {a = 1, b = "[x] # no comment"},
  [1,
   2],
  2020-01-01 00:00:00,
]
text = \"\"\"
target = 3
[table]
\"\"\"
raw = '''
a = "'''
[tool.onetree]
inline = {a = {b = 2}, c = [3]}
[[tool.onetree.layout]]
match = "x"
[[tool.onetree.layout]]
match = "y"
[tool.onetree.layout.sub]
z = 1.5
[[tool.onetree.layout.sub.deep]]
"""


def test_every_key_and_element_has_its_line() -> None:
    assert dict(lines(DOCUMENT)) == {
        "target": 2,
        "quoted key": 3,
        "quoted key.b": 3,
        "list": 4,
        "list.0": 5,
        "list.0.a": 5,
        "list.0.b": 5,
        "list.1": 6,
        "list.1.0": 6,
        "list.1.1": 7,
        "list.2": 8,
        "text": 10,
        "raw": 14,
        "tool": 16,
        "tool.onetree": 16,
        "tool.onetree.inline": 17,
        "tool.onetree.inline.a": 17,
        "tool.onetree.inline.a.b": 17,
        "tool.onetree.inline.c": 17,
        "tool.onetree.inline.c.0": 17,
        "tool.onetree.layout": 18,
        "tool.onetree.layout.0": 18,
        "tool.onetree.layout.0.match": 19,
        "tool.onetree.layout.1": 20,
        "tool.onetree.layout.1.match": 21,
        "tool.onetree.layout.1.sub": 22,
        "tool.onetree.layout.1.sub.z": 23,
        "tool.onetree.layout.1.sub.deep": 24,
        "tool.onetree.layout.1.sub.deep.0": 24,
    }


values = st.one_of(
    st.integers(0, 9).map(str),
    st.sampled_from(['"a"', "'b'", '"""c\nd"""', "true", "1.5", "1979-05-27T07:32:00Z", '"a\\"]"', "'''\n]'''"]),
)
keys = st.sampled_from(["a", "b", "c", '"d"'])


lists = st.lists(values, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "]")


@given(st.dictionaries(keys, values | lists))
def test_the_scan_finds_every_key_and_element(pairs: dict[str, str]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in pairs.items())
    document = tomllib.loads(text)
    elements = {f"{key}.{i}" for key, value in document.items() if isinstance(value, list) for i in range(len(value))}
    assert lines(text).keys() == document.keys() | elements
