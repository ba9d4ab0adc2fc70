"""The votes file and the account map: what is wrong is told with file, line and column; no input crashes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.approvals import accounts, votes
from onetree.policy.approvals.accounts import Account, Accounts, loose
from onetree.policy.approvals.votes import Vote, Votes
from onetree.policy.values import InputError

SHA = "a" * 40
GOOD = {"author": "a@example.org", "head": SHA, "votes": []}


def message(text: str | bytes) -> str:
    """What is said of a bad votes file."""
    with pytest.raises(InputError) as caught:
        votes.parse(text.encode() if isinstance(text, str) else text, "votes.json")
    return str(caught.value)


def test_everything_that_can_be_said() -> None:
    """All keys, and their defaults."""
    text = {
        "author": "mallory@example.org",
        "uploader": "bot@example.org",
        "head": SHA,
        "reviewers": ["lv1@example.org"],
        "votes": [{"account": "lv1@example.org", "vote": "approve", "commit": SHA, "seq": 1}],
        "accounts": [{"id": "lv1", "emails": ["lv1@example.org", "LV1@Example.com"]}],
        "files": ["a"],
        "load": {"lv1@example.org": 3},
        "comment": "x",
    }
    assert votes.parse(json.dumps(text).encode(), "votes.json") == Votes(
        "mallory@example.org",
        "bot@example.org",
        SHA,
        ("lv1@example.org",),
        (Vote("lv1@example.org", "approve", SHA, 1),),
        (Account("lv1", ("lv1@example.org", "LV1@Example.com"), True),),
        ("a",),
        {"lv1@example.org": 3},
        "votes.json",
        (
            "votes.json: the key 'comment' is unknown and ignored; known are accounts, author, files, head, load, "
            "reviewers, uploader, votes",
        ),
    )
    assert votes.parse(json.dumps(GOOD).encode(), "v") == Votes("a@example.org", "a@example.org", SHA, source="v")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "votes.json:1: column 1: the votes file is not JSON: Expecting value. Mend the syntax."),
        ('{\n  "author": x}', "votes.json:2: column 13: the votes file is not JSON: Expecting value. Mend the syntax."),
        (b"\n\xff", "votes.json:2: the votes file is not UTF-8. Save it as UTF-8."),
        ("[]", 'votes.json:1: column 1: expected an object, found an array. Begin with {"author": ...'),
        ("{}", "votes.json:1: column 1: expected the key 'author'. Add it: a string."),
        ('{"author": 1}', "votes.json:1: column 12: expected a string for author, found a whole number."),
        ('{"author": ""}', "votes.json:1: column 12: expected an account's name for author, found ''."),
        ('{"author": "*"}', "votes.json:1: column 12: expected an account's name for author, found '*'."),
        (
            '{"author": "a",\n "head": "main"}',
            "votes.json:2: column 10: expected a full commit id, 40 or 64 hexadecimal digits, for head, found 'main'.",
        ),
        (
            json.dumps(GOOD)[:-3] + '[\n{"account": "b", "vote": "LGTM"}]}',
            "votes.json:2: column 26: expected approve or reject or withdraw for votes[0].vote, found 'LGTM'.",
        ),
        (
            json.dumps(GOOD)[:-3] + '[{"account": "b", "vote": "approve", "commit": "' + SHA + '", "seq": true}]}',
            "votes.json:1: column 188: expected a whole number for votes[0].seq, found true or false.",
        ),
        (
            json.dumps(GOOD)[:-3] + '[{"account": "b", "vote": "approve", "commit": "' + SHA + '"}]}',
            "votes.json:1: column 91: expected the key 'seq'. Add it: a whole number.",
        ),
        (json.dumps(GOOD)[:-3] + '[\n"x"]}', "votes.json:2: column 1: expected a vote, an object, found a string."),
        (
            json.dumps(GOOD | {"accounts": [{"id": "x", "emails": ["e"]}, {"id": "y", "emails": ["e"]}]}),
            "votes.json:1: column 137: e belongs to the accounts 'x' and 'y'. Give each e-mail and id to one account.",
        ),
        (
            json.dumps(GOOD | {"files": [1]}),
            "votes.json:1: column 104: expected a string for files[0], found a whole number.",
        ),
        (
            '{"author": "a",\n "author": "b"}',
            "votes.json:1: the key 'author' stands twice in one object. Keep one.",
        ),
        (
            "[" * 100_000,
            "votes.json:1: the votes file cannot be read: it nests too deeply, or a number in it is too long. "
            "Simplify it.",
        ),
    ],
)
def test_what_is_wrong(text: str | bytes, said: str) -> None:
    """The whole message."""
    assert message(text) == said


@given(st.binary())
def test_no_bytes_crash_the_parser(text: bytes) -> None:
    try:
        votes.parse(text, "votes.json")
    except InputError as error:
        assert error.file == "votes.json"
        assert error.line >= 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*Votes._fields, "id", "x"]), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*Votes._fields, "x"]), JSON))
def test_no_json_crashes_the_parser(value: dict[str, Any]) -> None:
    """Whatever stands where, it is read or refused."""
    for candidate in (value, GOOD | value):
        try:
            votes.parse(json.dumps(candidate).encode(), "votes.json")
        except InputError as error:
            assert error.file == "votes.json"


def test_an_account_map() -> None:
    first = b'[[accounts]]\nid = "lv1"\nemails = ["lv1@example.org"]\n'
    second = b'[[accounts]]\nid = "x"\nemails = []\nactive = false\n'
    assert accounts.parse(first + second, "map.toml") == (Account("lv1", ("lv1@example.org",)), Account("x", (), False))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"accounts = 1", "map.toml:1: 'accounts' must be a list, not a whole number."),
        (b"[[accounts]]\nemails = []", "map.toml:1: [accounts.0] has no 'id'. Add: id = \"...\""),
        (b'[[accounts]]\nid = "x"\nemial = []\n', "map.toml:3: unknown key 'accounts.0.emial'. Did you mean 'emails'?"),
        (
            b'[[accounts]]\nid = "x"\nemails = ["e"]\n[[accounts]]\nid = "y"\nemails = ["e"]\n',
            "map.toml:5: e belongs to the accounts 'x' and 'y'. Give each e-mail and id to one account.",
        ),
    ],
)
def test_a_bad_account_map(text: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        accounts.parse(text, "map.toml")
    assert str(caught.value) == said


def test_a_map_that_is_not_there() -> None:
    """A setting that leads nowhere is no reason to go on without a map."""
    with pytest.raises(InputError) as caught:
        accounts.read(None, "who.toml", "onetree.toml")
    assert str(caught.value) == (
        "onetree.toml: the setting 'accounts' names who.toml, which is no regular file of the target. "
        "Add the file to the target, or correct the setting."
    )


def test_lists_are_joined_where_they_share_a_name() -> None:
    """The forge's account and the tree's are one person, and inactive if either says so."""
    both = Accounts([Account("lv1", ("a@x", "b@x")), Account("q", ("q@x",))], [Account("17", ("b@x", "c@x"), False)])
    assert both.key("a@x") == both.key("c@x") == both.key("17") != both.key("q@x")
    assert both.void(both.key("a@x")) == "is not an active account"
    assert both.void(both.key("q@x")) == ""
    assert both.void("new@x") == "is not among the accounts that the forge knows"
    assert Accounts().void("new@x") == ""


def test_loose_names_are_for_exclusion_alone() -> None:
    assert loose("LV1+x@Example.org") == loose("lv1@example.org") == "lv1@example.org"
    assert Accounts().key("LV1@example.org") != Accounts().key("lv1@example.org")
