"""subsystem.toml."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onetree.policy.subsystems import manifest
from onetree.policy.subsystems.manifest import AndClause, Check, Manifest
from onetree.policy.values import InputError

PATH = "nova/virt/libvirt/subsystem.toml"
SMALLEST = 'name = "libvirt"\nsummary = "Guests"\nstatus = "supported"\n'
EVERYTHING = """\
name = "libvirt"
summary = "KVM, QEMU and LXC guests through libvirt"
status = "odd-fixes"
paths = ["docs/libvirt/**"]
tests = ["nova/virt/libvirt/tests/**"]

[approvals]
count = 2
also = [
    { count = 1, from = "/nova/OWNERS" },
    { from = "/LEGAL_OWNERS" },
]

[checks]
gating = [{ job = "libvirt-functional", account = "libvirt-ci@example.org" }]
advisory = [{ job = "libvirt-slow" }]
unproved_after_days = 7

[driver]
entry = "driver:LibvirtDriver"
deep = { any = ["thing"] }
"""


def test_every_key_is_read() -> None:
    found = manifest.parse(EVERYTHING.encode(), PATH, ["driver", "other"])
    assert found == Manifest(
        path=PATH,
        name="libvirt",
        summary="KVM, QEMU and LXC guests through libvirt",
        status="odd-fixes",
        paths=("docs/libvirt/**",),
        tests=("nova/virt/libvirt/tests/**",),
        count=2,
        also=(AndClause(1, "/nova/OWNERS"), AndClause(1, "/LEGAL_OWNERS")),
        gating=(Check("libvirt-functional", "libvirt-ci@example.org"),),
        advisory=(Check("libvirt-slow"),),
        unproved_after_days=7,
        tables={"driver": {"entry": "driver:LibvirtDriver", "deep": {"any": ["thing"]}}},
        lines=found.lines,
    )
    wanted = ("name", "paths.0", "approvals.also.1.from", "checks.gating.0.account", "driver.entry")
    assert [found.lines[key] for key in wanted] == [1, 4, 11, 15, 20]


def test_what_is_left_out_has_a_default() -> None:
    found = manifest.parse(SMALLEST.encode(), PATH, [])
    assert found == Manifest(PATH, "libvirt", "Guests", "supported", lines=found.lines)
    assert (found.count, found.also, found.gating, found.unproved_after_days, found.tables) == (1, (), (), 14, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: the file has no 'name'. Add: name = \"...\""),
        ('status = "orphan"\nnmae = "a"', "2: unknown key 'nmae'. Did you mean 'name'?"),
        ('name = "a"\n', "1: the file has no 'summary'. Add: summary = \"...\""),
        (SMALLEST.replace('"libvirt"', '" "'), "1: 'name' is empty. Write a value."),
        (
            SMALLEST.replace("libvirt", "a, b"),
            "1: 'name' is 'a, b'. Use printable characters, no comma, and no space at the ends.",
        ),
        (
            SMALLEST.replace('"supported"', '"dead"'),
            "3: 'status' is 'dead'. It may be: supported, maintained, odd-fixes, orphan, experimental.",
        ),
        (SMALLEST + 'path = ["a"]', "4: unknown key 'path'. Did you mean 'paths'?"),
        (
            SMALLEST + '[driver]\nentry = "x"',
            "4: unknown key 'driver'. Known keys: approvals, checks, name, paths, status, summary, tests.",
        ),
        (
            SMALLEST + "[approvals]\n\ncuont = 2",
            "6: unknown key 'approvals.cuont'. Did you mean 'count'?",
        ),
        (
            SMALLEST + "[approvals]\ncount = 0",
            "5: 'approvals.count' must be at least 1, not 0. Write a number from 1 upwards.",
        ),
        (
            SMALLEST + "[approvals]\nalso = [\n{ count = 1 }]",
            "6: [approvals.also.0] has no 'from'. Add: from = \"...\"",
        ),
        (
            SMALLEST + '[approvals]\nalso = [{ from = "/nova/x.py" }]',
            "5: 'approvals.also.0.from' names no OWNERS file of the tree: '/nova/x.py'. "
            'Write its path from the root: "/nova/OWNERS".',
        ),
        (
            SMALLEST + '[approvals]\nalso = [{ from = "/../OWNERS" }]',
            "5: 'approvals.also.0.from' names no OWNERS file of the tree: '/../OWNERS'. "
            'Write its path from the root: "/nova/OWNERS".',
        ),
        (
            SMALLEST + '[checks]\ngating = [{ job = "a" },\n{ job = "a" }]',
            "6: 'checks.gating' names the job 'a' twice. Remove one.",
        ),
        (SMALLEST + '[checks]\ngating = ["a"]', "5: 'checks.gating.0' must be a table, not a string."),
        (
            SMALLEST + '[checks]\nadvisory = [{ job = "a", acount = "b" }]',
            "5: unknown key 'checks.advisory.0.acount'. Did you mean 'account'?",
        ),
        (
            SMALLEST + 'tests = ["/a"]',
            "4: 'tests.0' is a bad glob, '/a': it can match nothing: paths have no empty, `.` or `..` component. "
            "A glob is a path from the root with *, **, ?, [a-z] or {a,b}: docs/libvirt/**",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        manifest.parse(text.encode(), PATH, [])
    assert str(raised.value) == f"{PATH}:{message}"


WORDS = st.sampled_from(
    ["[approvals]", "[checks]", "count", "also", "gating", "job", "from", "paths", "tests", "driver"]
)
SIGNS = st.sampled_from(["=", "[", "]", "{", "}", ",", ".", "\n", '"a"', "'/OWNERS'", "1", "true", "é", '"', " "])


@given(st.binary(max_size=60) | st.lists(WORDS | SIGNS, max_size=20).map(lambda w: (SMALLEST + "".join(w)).encode()))
def test_whatever_the_bytes_nothing_else_is_raised(data: bytes) -> None:
    with contextlib.suppress(InputError):
        manifest.parse(data, PATH, ["driver"])
