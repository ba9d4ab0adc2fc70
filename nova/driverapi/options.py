"""Reading a driver's configuration section into its own typed, immutable options.

A driver declares a frozen msgspec.Struct whose fields are `Annotated[TYPE, msgspec.Meta(description=...)]` with a
default: validation and help stand beside each other, and the reference page is made from `describe`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, get_type_hints

import msgspec

from nova.driverapi.errors import InvalidOptions

S = TypeVar("S", bound=msgspec.Struct)


class OptionHelp(msgspec.Struct, frozen=True, kw_only=True):
    """One option, for `--help` and the reference page."""

    name: str
    kind: str
    default: object
    help: str


def read(driver: str, kind: type[S], section: Mapping[str, object]) -> S:
    """The options in `section`. Raises InvalidOptions, which lists all that is wrong with it.

    Values may be text, as configuration files have it: numbers and booleans are read from it, lists and tables as JSON.
    """
    hints = get_type_hints(kind, include_extras=True)
    problems = {name: f"unknown option, there are {', '.join(hints)}" for name in section if name not in hints}
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.name not in section:
            if field.required:
                problems[field.name] = "is required"
            continue
        try:
            values[field.name] = _convert(section[field.name], hints[field.name])
        except (msgspec.MsgspecError, ValueError) as error:
            problems[field.name] = f"{section[field.name]!r}: {error}"
    if not problems:
        try:
            return kind(**values)
        except ValueError as error:
            problems["(all)"] = str(error)
    raise InvalidOptions(driver, problems)


def describe(kind: type[msgspec.Struct]) -> Iterator[OptionHelp]:
    """The options of a driver in the order in which it declares them."""
    hints = get_type_hints(kind)
    extras = get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        metas = [meta for meta in getattr(extras[field.name], "__metadata__", ()) if isinstance(meta, msgspec.Meta)]
        default = field.default_factory() if callable(field.default_factory) else field.default
        hint = hints[field.name]
        yield OptionHelp(
            name=field.name,
            kind=getattr(hint, "__name__", str(hint)) if not getattr(hint, "__args__", ()) else str(hint),
            default=None if field.required else default,
            help=" ".join(meta.description for meta in metas if meta.description),
        )


def _convert(value: object, hint: object) -> object:
    if isinstance(value, str):
        try:
            return msgspec.convert(value, hint, strict=False)
        except msgspec.ValidationError:
            if not value.lstrip().startswith(("[", "{")):
                raise
        return msgspec.json.decode(value, type=hint)
    return msgspec.convert(value, hint)
