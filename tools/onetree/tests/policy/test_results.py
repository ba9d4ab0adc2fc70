"""CI results: what a file says, which job gates, and what is wrong with a bad file."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.results import Gating, Result, judge, parse
from onetree.policy.subsystems.manifest import Check
from onetree.policy.values import InputError

COMMIT = "c" * 40
JUNIT = (
    '<testsuites><testsuite name="unit" tests="1"><properties><property name="commit" value="{commit}"/>{more}'
    "</properties>{cases}</testsuite></testsuites>"
)


def _suite(cases: str, more: str = "") -> bytes:
    return JUNIT.format(commit=COMMIT, cases=cases, more=more).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", ()),
        (b"\n  \n", ()),
        (
            b'{"job": "a", "commit": "c1", "result": "success", "url": "u"}\n'
            b'{"job": "b", "commit": "c1", "result": "missing"}',
            (Result("a", "c1", "success", "u"), Result("b", "c1", "missing")),
        ),
        (_suite('<testcase name="t"/>'), (Result("unit", COMMIT, "success"),)),
        (_suite('<testcase name="t"><failure/></testcase>'), (Result("unit", COMMIT, "failure"),)),
        (_suite('<testcase name="t"><error/></testcase>'), (Result("unit", COMMIT, "failure"),)),
        (_suite('<testcase name="t"><skipped/></testcase>'), (Result("unit", COMMIT, "success"),)),
        (_suite(""), (Result("unit", COMMIT, "missing"),)),
        (
            _suite("<testcase/>", '<property name="job" value="libvirt-ci"/><property name="url" value="u"/>'),
            (Result("libvirt-ci", COMMIT, "success", "u"),),
        ),
        (
            b'<testsuite name="one" errors="1"><properties><property name="commit" value="d"/></properties>'
            b"<testcase/></testsuite>",
            (Result("one", "d", "failure"),),
        ),
    ],
)
def test_both_kinds_of_file_are_read(text: bytes, expected: tuple[Result, ...]) -> None:
    assert parse(text, "ci") == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            b'\n{"job": }',
            "ci:2: not JSON: Expecting value. "
            'Write one object a line: {"job": ..., "commit": ..., "result": "success"}',
        ),
        (b"[]", 'ci:1: a result must be an object. It needs "job", "commit", "result".'),
        (b'{"commit": "c", "result": "success"}', "ci:1: 'job' is missing, or no text. Every result has it."),
        (b'{"job": 1, "commit": "c", "result": "success"}', "ci:1: 'job' is missing, or no text. Every result has it."),
        (
            b'{"job": "a", "commit": "c", "result": "green"}',
            "ci:1: the result is 'green'. It is one of success, failure, missing.",
        ),
        (
            b'{"job": "a", "commit": "c", "result": "success", "link": ""}',
            "ci:1: unknown key 'link'. Known: job, commit, result, url, account.",
        ),
        (
            b'{"job": "a", "commit": "c", "result": "success", "url": 3}',
            "ci:1: 'url' is no text. Leave it out or write a string.",
        ),
        (b"<a>\n</b>", "ci:2: not XML: mismatched tag. Give JUnit XML or JSON lines."),
        (
            b"<html></html>",
            "ci:1: the XML is no JUnit report: it holds <html>. A report is <testsuites> or <testsuite>.",
        ),
        (
            b'<testsuite name="x"/>',
            "ci:1: the test suite 'x' has no property 'commit'. "
            'Add <properties><property name="commit" value="..."/></properties> to the suite.',
        ),
        (
            b'<!DOCTYPE x [<!ENTITY a "b">]><testsuite name="&a;"/>',
            "ci:1: a document type stands in the JUnit XML. Remove it.",
        ),
    ],
)
def test_a_bad_file_says_where_and_what_was_expected(text: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "ci")
    assert str(caught.value) == message


@given(st.one_of(st.binary(), st.text().map(str.encode), st.recursive(st.none() | st.booleans() | st.text(), st.lists)))
def test_no_bytes_crash_the_parser(text: object) -> None:
    data = text if isinstance(text, bytes) else json.dumps(text).encode()
    try:
        assert all(result.job and result.commit for result in parse(data, "ci"))
    except InputError as error:
        assert error.file == "ci"


@pytest.mark.parametrize(
    ("account", "results", "status", "reason"),
    [
        ("", [], "wait", "ci of libvirt has no result for cccccccccc (m.toml:7)"),
        ("", [Result("ci", COMMIT, "success")], "pass", "ci of libvirt passed on cccccccccc (m.toml:7)"),
        ("", [Result("ci", COMMIT, "failure")], "fail", "ci of libvirt failed on cccccccccc (m.toml:7)"),
        ("", [Result("ci", COMMIT, "missing")], "wait", "ci of libvirt has no result for cccccccccc (m.toml:7)"),
        ("", [Result("ci", "d" * 40, "success")], "wait", "ci of libvirt has no result for cccccccccc (m.toml:7)"),
        ("", [Result("other", COMMIT, "success")], "wait", "ci of libvirt has no result for cccccccccc (m.toml:7)"),
        (
            "",
            [Result("ci", COMMIT, "failure"), Result("ci", COMMIT, "success")],
            "pass",
            "ci of libvirt passed on cccccccccc (m.toml:7)",
        ),
        (
            "ci@example.org",
            [Result("ci", COMMIT, "success", "", "mallory@example.org")],
            "wait",
            "ci of libvirt has no result for cccccccccc; mallory@example.org reported one, "
            "but only ci@example.org may (m.toml:7)",
        ),
        (
            "ci@example.org",
            [Result("ci", COMMIT, "success", "", "ci@example.org")],
            "pass",
            "ci of libvirt passed on cccccccccc (m.toml:7)",
        ),
    ],
)
def test_a_gating_job_passes_fails_or_is_waited_for(
    account: str, results: list[Result], status: str, reason: str
) -> None:
    (job,) = judge([Gating(Check("ci", account), "libvirt", "m.toml", 7)], results, COMMIT)
    assert (job.status, str(job.reason)) == (status, reason)
