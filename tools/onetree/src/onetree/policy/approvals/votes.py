"""Votes, as a forge reports them: the votes file.

::

    {"author": "mallory@example.org", "uploader": "mallory@example.org", "head": "SHA",
     "reviewers": ["lv1@example.org"],
     "votes": [{"account": "lv1@example.org", "vote": "approve", "commit": "SHA", "seq": 1}],
     "accounts": [{"id": "lv1", "emails": ["lv1@example.org", "LV1@Example.com"], "active": true}],
     "files": ["nova/virt/libvirt/host.py"],
     "load": {"lv1@example.org": 3}}

`author`, `head` and `votes` must be there; `uploader` is the author where it is absent. `files` is the forge's own list
of what the change touches, both sides of a rename, and is compared with git's; `load` is how many reviews somebody has
open. Keys that are not known are told of and otherwise ignored: none of them could grant anything.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from onetree.policy.approvals.accounts import Account, claimed_twice
from onetree.policy.reading.json_places import Document, Key, load

KINDS: Final = ("approve", "reject", "withdraw")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NO_LOAD: Final[Mapping[str, int]] = MappingProxyType({})


class Vote(NamedTuple):
    """One vote of an authenticated account on one commit; a higher `seq` is a later vote."""

    account: str
    vote: str
    commit: str
    seq: int


class Votes(NamedTuple):
    """What a forge reports of one change. `accounts` and `files` are None where it does not say."""

    author: str
    uploader: str
    head: str
    reviewers: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    accounts: tuple[Account, ...] | None = None
    files: tuple[str, ...] | None = None
    load: Mapping[str, int] = _NO_LOAD
    source: str = ""
    notices: tuple[str, ...] = ()


def parse(text: bytes, path: str) -> Votes:
    """Read a votes file. Raises InputError with file, line and column, and what was expected; nothing else."""
    document = load(text, path, "the votes file")
    if not isinstance(document.value, dict):
        document.fail((), f"expected an object, found {_kind(document.value)}.", 'Begin with {"author": ...')
    author = _string(document, ("author",), _name)
    return Votes(
        author=author,
        uploader=_string(document, ("uploader",), _name) if "uploader" in document.value else author,
        head=_string(document, ("head",), _commit),
        reviewers=_strings(document, "reviewers") if "reviewers" in document.value else (),
        votes=tuple(_votes(document)),
        accounts=tuple(_accounts(document)) if "accounts" in document.value else None,
        files=_strings(document, "files") if "files" in document.value else None,
        load=_load(document),
        source=path,
        notices=tuple(_unknown(document)),
    )


def _votes(document: Document) -> Iterator[Vote]:
    for index, item in enumerate(_get(document, ("votes",), list)):
        key: Key = ("votes", index)
        if not isinstance(item, dict):
            document.fail(key, f"expected a vote, an object, found {_kind(item)}.")
        vote = _string(document, (*key, "vote"), lambda value: "" if value in KINDS else " or ".join(KINDS))
        account = _string(document, (*key, "account"), _name)
        commit = _string(document, (*key, "commit"), _commit)
        yield Vote(account, vote, commit, _get(document, (*key, "seq"), int))


def _accounts(document: Document) -> Iterator[Account]:
    taken: dict[str, str] = {}
    for index, item in enumerate(_get(document, ("accounts",), list)):
        key: Key = ("accounts", index)
        if not isinstance(item, dict):
            document.fail(key, f"expected an account, an object, found {_kind(item)}.")
        emails = tuple(
            _string(document, (*key, "emails", i), _name) for i, _ in enumerate(_get(document, (*key, "emails"), list))
        )
        active = _get(document, (*key, "active"), bool) if "active" in item else True
        account = Account(_string(document, (*key, "id"), _name), emails, active)
        if again := claimed_twice(account, taken):
            document.fail(key, f"{again}.", "Give each e-mail and id to one account.")
        yield account


def _load(document: Document) -> Mapping[str, int]:
    if "load" not in document.value:
        return _NO_LOAD
    return {name: _get(document, ("load", name), int) for name in _get(document, ("load",), dict)}


def _unknown(document: Document) -> Iterator[str]:
    known = {*Votes._fields} - {"source", "notices"}
    for key in sorted(document.value.keys() - known):
        yield f"{document.path}: the key {key!r} is unknown and ignored; known are {', '.join(sorted(known))}"


def _get(document: Document, key: Key, kind: type) -> Any:
    """The value that `key` leads to, whose container is known to be there; an error where it is of another type."""
    holder = document.value
    for part in key[:-1]:
        holder = holder[part]
    if isinstance(holder, dict) and key[-1] not in holder:
        document.fail(key[:-1], f"expected the key {key[-1]!r}.", f"Add it: {_WANTED[kind]}.")
    value = holder[key[-1]]
    if type(value) is not kind:  # True is an int to isinstance
        document.fail(key, f"expected {_WANTED[kind]} for {_shown(key)}, found {_kind(value)}.")
    return value


def _string(document: Document, key: Key, problem: Any) -> str:
    value: str = _get(document, key, str)
    if wanted := problem(value):
        document.fail(key, f"expected {wanted} for {_shown(key)}, found {value!r}.")
    return value


def _strings(document: Document, name: str) -> tuple[str, ...]:
    items = _get(document, (name,), list)
    return tuple(_string(document, (name, i), lambda value: "" if value else "a name") for i, _ in enumerate(items))


def _name(value: str) -> str:
    return "" if value and value == value.strip() and value.isprintable() and value != "*" else "an account's name"


def _commit(value: str) -> str:
    return "" if _COMMIT.fullmatch(value) else "a full commit id, 40 or 64 hexadecimal digits,"


def _shown(key: Key) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")


_WANTED: Final[Mapping[type, str]] = {
    str: "a string",
    int: "a whole number",
    bool: "true or false",
    list: "an array",
    dict: "an object",
}
_KINDS: Final[Mapping[type, str]] = {**_WANTED, float: "a number with a fraction"}
