"""The options of contracts, checked as import-linter 2.16 does; an error names the line and what was expected."""

from collections.abc import Mapping
from typing import Final, NamedTuple, NoReturn

from onetree.policy.contracts import expressions
from onetree.policy.contracts.model import Contract, Contracts, Ignore, Layer
from onetree.policy.contracts.reading import Option, RawContract, RawContracts
from onetree.policy.values import InputError

_COMMON: Final = frozenset({"id", "name", "type"})
_SHARED: Final = frozenset({"ignore_imports", "unmatched_ignore_imports_alerting", "broken_contract_guidance"})
_OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "layers": frozenset({"layers", "containers", "exhaustive", "exhaustive_ignores"}),
    "forbidden": frozenset({"source_modules", "forbidden_modules", "allow_indirect_imports", "as_packages"}),
    "independence": frozenset({"modules"}),
    "protected": frozenset({"protected_modules", "allowed_importers", "as_packages"}),
    "acyclic_siblings": frozenset({"ancestors", "depth", "skip_descendants"}),
}
_DELEGATED: Final = frozenset({"acyclic_siblings"})


def contracts_of(raw: RawContracts) -> Contracts:
    """Read a contracts file's options. Raises InputError."""
    reader = _Reader(raw.path, raw.line, raw.session)
    roots = tuple(name for name, _ in reader.many("root_packages")) or tuple(n for n, _ in reader.many("root_package"))
    if not roots:
        reader.fail("", "expected 'root_package' or 'root_packages'.", "Name the package that the contracts are about.")
    if not raw.contracts:
        section = "[[tool.importlinter.contracts]]" if raw.path.endswith(".toml") else "[importlinter:contract:ID]"
        reader.fail("", "there is no contract.", f"Write each one below {section}.")
    types = tuple(name for name, _ in reader.many("contract_types"))
    own = {each.partition(": ")[0] for each in types}
    return Contracts(
        path=raw.path,
        roots=roots,
        external=reader.one("include_external_packages") in ("True", "true"),
        typing=reader.one("exclude_type_checking_imports") not in ("True", "true"),
        types=types,
        contracts=tuple(_contract(each, raw.path, own) for each in raw.contracts),
        raw=raw,
    )


class _Reader(NamedTuple):
    """The options of one section."""

    path: str
    start: int
    options: Mapping[str, Option]

    def fail(self, key: str, message: str, hint: str = "", *, line: int = 0) -> NoReturn:
        where = line or (self.options[key].line if key in self.options else self.start)
        raise InputError(message, file=self.path, line=where, hint=hint)

    def one(self, key: str, default: str = "") -> str:
        option = self.options.get(key)
        if option is None:
            return default
        if option.many:
            self.fail(key, f"'{key}' takes a single value, not several lines.")
        return option.values[0]

    def required(self, key: str) -> str:
        value = self.one(key)
        if not value:
            self.fail(key, f"expected '{key}'.")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.one(key, str(default)).lower()
        if value not in ("true", "false"):
            self.fail(key, f"'{key}' is either True or False, not {self.one(key)!r}.")
        return value == "true"

    def many(self, key: str) -> tuple[tuple[str, int], ...]:
        option = self.options.get(key)
        if option is None:
            return ()
        return tuple((v.strip(), n) for v, n in zip(option.values, option.lines, strict=False) if v.strip())

    def expressions(self, key: str, *, required: bool = True) -> tuple[tuple[str, int], ...]:
        found = self.many(key)
        if required and key not in self.options:
            self.fail(key, f"expected '{key}'.")
        for expression, line in found:
            wrong = expressions.problem(expression)
            if wrong:
                self.fail(key, f"{expression!r} in '{key}': {wrong}.", line=line)
        return found


def _contract(raw: RawContract, path: str, own: set[str]) -> Contract:
    reader = _Reader(path, raw.line, raw.options)
    name, kind = reader.required("name"), reader.required("type")
    if kind in own:
        return Contract(raw.id, name, kind, raw.line, native=False)
    if kind not in _OPTIONS:
        known = ", ".join(sorted(_OPTIONS.keys() | own))
        reader.fail("type", f"{kind!r} is no type of contract.", f"It is one of {known}, or named in 'contract_types'.")
    _reject_unknown(reader, kind)
    contract = Contract(
        raw.id,
        name,
        kind,
        raw.line,
        native=kind not in _DELEGATED,
        ignores=_ignores(reader),
        alerting=_alerting(reader),
        guidance="\n".join(reader.options["broken_contract_guidance"].values)
        if "broken_contract_guidance" in reader.options
        else "",
    )
    return _READERS[kind](reader, contract) if kind in _READERS else contract


def _reject_unknown(reader: _Reader, kind: str) -> None:
    allowed = _COMMON | _SHARED | _OPTIONS[kind]
    for key in reader.options:
        if key not in allowed:
            import difflib

            near = difflib.get_close_matches(key, sorted(allowed), n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"It takes {', '.join(sorted(_OPTIONS[kind] | _SHARED))}."
            reader.fail(key, f"'{key}' is no option of a {kind} contract.", hint)


def _ignores(reader: _Reader) -> tuple[Ignore, ...]:
    found = []
    for text, line in reader.many("ignore_imports"):
        importer, arrow, imported = (part.strip() for part in text.partition("->"))
        wrong = expressions.problem(importer) or expressions.problem(imported) if arrow else "an arrow was expected"
        if wrong:
            reader.fail(
                "ignore_imports", f"{text!r}: {wrong}.", "Write: package.importer -> package.imported", line=line
            )
        found.append(Ignore(importer, imported, line))
    return tuple(dict.fromkeys(found))


def _alerting(reader: _Reader) -> str:
    key = "unmatched_ignore_imports_alerting"
    value = reader.one(key).strip() or "error"
    if value not in ("none", "warn", "error"):
        reader.fail(key, f"'{key}' is none, warn or error, not {value!r}.")
    return value


def _layers(reader: _Reader, contract: Contract) -> Contract:
    if "layers" not in reader.options:
        reader.fail("layers", "expected 'layers'.")
    layers = tuple(_layer(reader, text, line) for text, line in reader.many("layers"))
    containers = reader.expressions("containers", required=False)
    exhaustive = reader.flag("exhaustive", default=False)
    if exhaustive and not containers:
        reader.fail(
            "exhaustive", "'exhaustive' needs 'containers'.", "Name the packages whose children the layers are."
        )
    seen: set[str] = set()
    for layer in layers:
        for tail in layer.tails:
            if tail in seen:
                reader.fail("layers", f"the module {tail!r} stands in more than one layer.", line=layer.line)
            seen.add(tail)
    ignored = frozenset(name for name, _ in reader.many("exhaustive_ignores"))
    return contract._replace(layers=layers, containers=containers, exhaustive=exhaustive, exhaustive_ignores=ignored)


def _layer(reader: _Reader, text: str, line: int) -> Layer:
    if "|" in text and ":" in text:
        reader.fail(
            "layers", f"{text!r}: a layer uses | (independent modules) or : (not independent), not both.", line=line
        )
    separator = "|" if "|" in text else ":"
    tails, optional = [], set()
    for part in (each.strip() for each in text.split(separator)):
        tail = part
        if part.startswith("(") and part.endswith(")"):
            tail = part[1:-1]
            optional.add(tail)
        if tail in tails:
            reader.fail("layers", f"the module {tail!r} stands in its layer twice.", line=line)
        tails.append(tail)
    return Layer(tuple(tails), frozenset(optional), separator == "|" or ":" not in text, line)


def _forbidden(reader: _Reader, contract: Contract) -> Contract:
    return contract._replace(
        sources=reader.expressions("source_modules"),
        targets=reader.expressions("forbidden_modules"),
        indirect=not reader.flag("allow_indirect_imports", default=False),
        as_packages=reader.flag("as_packages", default=True),
    )


def _independence(reader: _Reader, contract: Contract) -> Contract:
    return contract._replace(sources=reader.expressions("modules"))


def _protected(reader: _Reader, contract: Contract) -> Contract:
    return contract._replace(
        targets=reader.expressions("protected_modules"),
        sources=reader.expressions("allowed_importers"),
        as_packages=reader.flag("as_packages", default=True),
    )


_READERS: Final = {
    "layers": _layers,
    "forbidden": _forbidden,
    "independence": _independence,
    "protected": _protected,
}
