"""Who is who: e-mails and ids that belong to one account.

An account map is a TOML file in the tree, named by the setting `accounts` and read at the target's tip like all
policy::

    [[accounts]]
    id = "lv1"                                             # the account's name at the forge
    emails = ["lv1@example.org", "LV1@Example.com"]
    active = true                                          # the default; false makes its votes void

A votes file may bring a list of the same shape from the forge. Names are compared exactly: neither letter case nor
``+suffix`` is forgiven. Entries of the two lists that share a name are one account, and inactive if either says so.
Without any list each name is an account of its own. Where the forge has given a list, who is not in it, nor in the
map, is no account (Gerrit drops approvals of unknown, ambiguous and inactive accounts in the same way).
"""

from collections.abc import Iterable
from typing import NamedTuple

from onetree.policy.values import InputError


class Account(NamedTuple):
    """One account; `id` is its name at the forge."""

    id: str
    emails: tuple[str, ...]
    active: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that stands for the account."""
        return (self.id, *self.emails)


class Accounts:
    """The accounts of the tree's map and of the forge's list together; None where there is no such list."""

    def __init__(self, mapped: Iterable[Account] | None = None, listed: Iterable[Account] | None = None) -> None:
        self._closed = listed is not None
        self._names: dict[str, set[str]] = {}
        self._inactive: set[str] = set()
        for account in (*(mapped or ()), *(listed or ())):
            self._add(account)
        self._keys = {name: min(names) for name, names in self._names.items()}

    def key(self, name: str) -> str:
        """The account that a name belongs to; two names are one account where this is equal."""
        return self._keys.get(name, name)

    def names(self, key: str) -> frozenset[str]:
        """Every name of an account."""
        return frozenset(self._names.get(key, (key,)))

    def active(self, key: str) -> bool:
        """Whether no list says that the account is inactive."""
        return self._inactive.isdisjoint(self.names(key))

    def void(self, key: str) -> str:
        """Why votes of this account do not count: that it is inactive or unknown; "" where they do."""
        if not self.active(key):
            return "is not an active account"
        if self._closed and key not in self._names:
            return "is not among the accounts that the forge knows"
        return ""

    def _add(self, account: Account) -> None:
        names = set(account.names)
        for name in account.names:
            names |= self._names.get(name, set())
        for name in names:
            self._names[name] = names
        if not account.active:
            self._inactive.update(account.names)


def loose(name: str) -> str:
    """A name without letter case and ``+suffix``: to keep people from approving their own change, never to count."""
    local, at, host = name.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{host}" if at else host


def parse(text: bytes, path: str) -> tuple[Account, ...]:
    """The account map in `text`. Raises InputError with file and line."""
    from onetree.policy.reading.toml_tables import Table, load

    values, decoded = load(text, path, "the account map")
    top = Table(values, decoded, path)
    found: list[Account] = []
    taken: dict[str, str] = {}
    for table in top.tables("accounts"):
        account = Account(table.required("id"), table.strings("emails"), table.get("active", bool, True))
        table.finish()
        if again := claimed_twice(account, taken):
            raise table.error("id", f"{again}.", "Give each e-mail and id to one account.")
        found.append(account)
    top.finish()
    return tuple(found)


def claimed_twice(account: Account, taken: dict[str, str]) -> str:
    """What is wrong where a name of the account is another's already, "" where nothing is; `taken` is name -> id."""
    for name in dict.fromkeys(account.names):
        if name in taken:
            return f"{name} belongs to the accounts {taken[name]!r} and {account.id!r}"
        taken[name] = account.id
    return ""


def read(text: bytes | None, path: str, settings_file: str) -> tuple[Account, ...] | None:
    """The map that the settings name; None where they name none (`path` ""). Raises InputError where it is missing."""
    if not path:
        return None
    if text is None:
        message = f"the setting 'accounts' names {path}, which is no regular file of the target."
        raise InputError(message, file=settings_file, hint="Add the file to the target, or correct the setting.")
    return parse(text, path)
