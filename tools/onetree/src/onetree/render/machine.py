"""Reports for other programs: JSON, GitHub's annotations, SARIF 2.1.0."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from onetree import __version__
from onetree.policy.values import Finding

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(report: Mapping[str, Any]) -> str:
    """One JSON object. What is not UTF-8 in a path stays as the surrogate that `os.fsdecode` made, escaped."""
    return json.dumps(report, indent=2, ensure_ascii=True)


def github(findings: Iterable[Finding]) -> Iterator[str]:
    """Workflow commands that GitHub shows beside the line; escaped as its runner expects."""
    for found in findings:
        text = found.message + (f" {found.hint}" if found.hint else "")
        place = f"file={_property(found.path)}" + (f",line={found.line}" if found.line else "")
        yield f"::error {place},title={_property(found.rule)}::{_data(text)}"


def sarif(findings: Iterable[Finding]) -> str:
    """One SARIF log with a run of onetree."""
    found = list(findings)
    run = {
        "tool": {
            "driver": {
                "name": "onetree",
                "version": __version__,
                "rules": [{"id": rule} for rule in sorted({each.rule for each in found})],
            }
        },
        "results": [_result(each) for each in found],
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(found: Finding) -> dict[str, Any]:
    from urllib.parse import quote

    uri = quote(found.path.encode("utf-8", "surrogateescape"))
    location: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    if found.line:
        location["region"] = {"startLine": found.line}
    text = found.message + (f" {found.hint}" if found.hint else "")
    return {
        "ruleId": found.rule,
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
        "properties": {"owners": list(found.owners)},
    }


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
