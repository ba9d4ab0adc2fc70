"""Third-party CI results, and which of them gate a change.

A file holds JSON lines, ``{"job", "commit", "result": "success|failure|missing", "url", "account"}``, or JUnit XML, in
which each test suite is a job: its property ``job`` or else its name, with a property ``commit`` that says what was
tested. A result without a commit proves nothing about the judged one, so it is an error.
"""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from onetree.policy.subsystems.manifest import Check
from onetree.policy.values import InputError, Reason

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

OUTCOMES = ("success", "failure", "missing")


class Result(NamedTuple):
    """What one CI job said about one commit; `account` is who reported it, "" where the file does not say."""

    job: str
    commit: str
    result: str
    url: str = ""
    account: str = ""


class Job(NamedTuple):
    """A job that gates the judged change: `status` is pass, wait or fail."""

    job: str
    subsystem: str
    status: str
    reason: Reason
    url: str = ""


class Gating(NamedTuple):
    """A job that a subsystem's manifest names, and where it does so."""

    check: Check
    subsystem: str
    file: str
    line: int


def judge(gating: Iterable[Gating], results: Iterable[Result], commit: str) -> tuple[Job, ...]:
    """The state of every gating job for the judged commit; of several results the last one counts."""
    said = {(each.job, each.account): each for each in results if each.commit == commit}
    return tuple(_job(each, said, commit) for each in gating)


def _job(gate: Gating, said: dict[tuple[str, str], Result], commit: str) -> Job:
    job, account = gate.check
    result = said.get((job, account)) or said.get((job, ""))
    others = sorted(who for name, who in said if name == job and who not in ("", account))
    if not account and not result and others:
        result = said[job, others[-1]]
    if result is None or result.result == "missing":
        text = f"{job} of {gate.subsystem} has no result for {commit[:10]}"
        if account and others:
            text += f"; {', '.join(others)} reported one, but only {account} may"
        return Job(job, gate.subsystem, "wait", Reason(text, gate.file, gate.line))
    passed = result.result == "success"
    text = f"{job} of {gate.subsystem} {'passed' if passed else 'failed'} on {commit[:10]}"
    return Job(job, gate.subsystem, "pass" if passed else "fail", Reason(text, gate.file, gate.line), result.url)


def parse(text: bytes, file: str) -> tuple[Result, ...]:
    """Read a results file of either kind. Raises InputError with the file and line."""
    if text.lstrip()[:1] == b"<":
        return tuple(_junit(text, file))
    return tuple(_json_lines(text, file))


def _json_lines(text: bytes, file: str) -> Iterator[Result]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            message = f"not JSON: {getattr(error, 'msg', 'it nests too deeply or is not UTF-8')}."
            hint = 'Write one object a line: {"job": ..., "commit": ..., "result": "success"}'
            raise InputError(message, file=file, line=number, hint=hint) from None
        yield _result(found, file, number)


def _result(found: object, file: str, line: int) -> Result:
    if not isinstance(found, dict):
        raise InputError(
            "a result must be an object.", file=file, line=line, hint='It needs "job", "commit", "result".'
        )
    unknown = sorted(set(found) - set(Result._fields))
    if unknown:
        raise InputError(
            f"unknown key {unknown[0]!r}.", file=file, line=line, hint=f"Known: {', '.join(Result._fields)}."
        )
    for key in ("job", "commit", "result"):
        if not isinstance(found.get(key), str) or not found[key]:
            raise InputError(f"{key!r} is missing, or no text.", file=file, line=line, hint="Every result has it.")
    for key in ("url", "account"):
        if not isinstance(found.get(key, ""), str):
            raise InputError(f"{key!r} is no text.", file=file, line=line, hint="Leave it out or write a string.")
    if found["result"] not in OUTCOMES:
        hint = f"It is one of {', '.join(OUTCOMES)}."
        raise InputError(f"the result is {found['result']!r}.", file=file, line=line, hint=hint)
    return Result(**found)


def _junit(text: bytes, file: str) -> Iterator[Result]:
    from xml.etree import ElementTree

    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise InputError("a document type stands in the JUnit XML.", file=file, line=1, hint="Remove it.")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a document type there are no entities to expand
    except ElementTree.ParseError as error:
        message = f"not XML: {str(error).partition(':')[0]}."
        raise InputError(message, file=file, line=error.position[0], hint="Give JUnit XML or JSON lines.") from None
    suites = [root] if root.tag == "testsuite" else root.findall("testsuite") if root.tag == "testsuites" else []
    if not suites:
        message = f"the XML is no JUnit report: it holds <{root.tag}>."
        raise InputError(message, file=file, line=1, hint="A report is <testsuites> or <testsuite>.")
    for suite in suites:
        yield _suite(root, suite, file)


def _suite(root: "Element", suite: "Element", file: str) -> Result:
    said = {
        each.get("name", ""): each.get("value", "")
        for holder in (root, suite)
        for each in holder.findall("properties/property")
    }
    job = said.get("job") or suite.get("name") or ""
    if not job or not said.get("commit"):
        missing = "commit" if job else "job"
        hint = f'Add <properties><property name="{missing}" value="..."/></properties> to the suite.'
        raise InputError(f"the test suite {job!r} has no property {missing!r}.", file=file, line=1, hint=hint)
    cases = list(suite.iter("testcase"))
    bad = any(case.find("failure") is not None or case.find("error") is not None for case in cases)
    counted = any((suite.get(key) or "0") not in ("", "0") for key in ("failures", "errors"))
    outcome = "missing" if not cases else "failure" if bad or counted else "success"
    return Result(job, said["commit"], outcome, said.get("url", ""), said.get("account", ""))
