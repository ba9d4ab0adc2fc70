"""Identifiers and names, with the rules that they must obey."""

import re
import unicodedata
from typing import NewType
from uuid import UUID

from nova.domain.errors import InvalidValue

ServerId = NewType("ServerId", str)
"""A server's UUID in canonical form. Backends hold it in their guest's metadata."""

OperationId = NewType("OperationId", str)
"""An operation's UUID in canonical form."""

NAME_LIMIT = 255
_CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RESOURCE_OR_TRAIT = re.compile(r"[A-Z][A-Z0-9_]{0,254}")


def server_id(text: str) -> ServerId:
    """The id in canonical form, from any form that RFC 4122 allows. Raises InvalidValue."""
    return ServerId(_uuid("server id", text))


def operation_id(text: str) -> OperationId:
    """The id in canonical form, from any form that RFC 4122 allows. Raises InvalidValue."""
    return OperationId(_uuid("operation id", text))


def _uuid(field: str, text: str) -> str:
    if _CANONICAL.fullmatch(text):
        return text
    try:
        return str(UUID(text))
    except ValueError:
        raise InvalidValue(field, text, "a UUID") from None


def require_canonical_uuid(field: str, text: str) -> None:
    """Raise InvalidValue unless `text` is a UUID of lower-case digits with hyphens: ids are compared as text."""
    if not _CANONICAL.fullmatch(text):
        raise InvalidValue(field, text, "a UUID in lower case with hyphens")


def require_name(field: str, text: str) -> None:
    """Raise InvalidValue unless `text` can name a server, a flavor, an image or a node.

    1 to 255 characters of any script, none of them a control character or an unpaired surrogate, and not blank
    (the Compute API's own rule for names).
    """
    if not 1 <= len(text) <= NAME_LIMIT or not text.strip():
        raise InvalidValue(field, text, f"1 to {NAME_LIMIT} characters that are not all blank")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise InvalidValue(field, text, "no control characters")


def require_resource_or_trait(field: str, text: str) -> None:
    """Raise InvalidValue unless `text` is formed as Placement's resource classes and traits are: `CUSTOM_GOLD`."""
    if not _RESOURCE_OR_TRAIT.fullmatch(text):
        raise InvalidValue(field, text, "upper-case letters, digits and underscores, a letter first")


def require_range(field: str, value: float, low: float, high: float | None = None) -> None:
    """Raise InvalidValue unless low <= value <= high (no upper bound when `high` is None)."""
    if value < low or (high is not None and value > high):
        raise InvalidValue(field, value, f"at least {low}" if high is None else f"{low} to {high}")
