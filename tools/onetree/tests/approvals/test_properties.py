"""What holds for every tree, change and vote."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from onetree.policy.approvals.accounts import Accounts
from onetree.policy.approvals.ballots import count
from onetree.policy.approvals.import_diff import may_import_more
from onetree.policy.approvals.outcomes import STATUSES
from onetree.policy.approvals.rules import Rules
from onetree.policy.approvals.slots import fill
from onetree.policy.approvals.suggest import Gap, suggest
from onetree.policy.approvals.verdict import Change, Judge, Verdict
from onetree.policy.approvals.votes import Vote, Votes
from onetree.policy.imports.scan import scan
from onetree.policy.settings import Settings
from onetree.policy.tree import REGULAR, Entry, MemoryTree, PathChange

HEAD = "a" * 40
PEOPLE = [f"p{i}@example.org" for i in range(4)]
FOLDERS = ["", "a/", "a/b/", "c/"]
PATHS = ["x.py", "a/x.py", "a/b/x.py", "c/x.py", "a/OWNERS"]
LINES = st.sampled_from([*PEOPLE, "*", "set noparent", "file:/c/OWNERS", f"per-file *.py={PEOPLE[3]}", "broken line"])
OWNERS = st.dictionaries(st.sampled_from(FOLDERS), st.lists(LINES, max_size=3), max_size=4)
MANIFEST = "\n".join(
    ['name = "a"', 'summary = "a"', 'status = "supported"', "[approvals]", "count = 2", 'also = [{ from = "/OWNERS" }]']
)
VOTES = st.lists(
    st.builds(
        Vote,
        st.sampled_from(PEOPLE),
        st.sampled_from(("approve", "reject", "withdraw")),
        st.just(HEAD),
        st.integers(0, 5),
    ),
    max_size=6,
)
CHANGE = Change(HEAD, tuple(PathChange(path, None, Entry(REGULAR, "b" * 40)) for path in PATHS))


def judge(owners: dict[str, list[str]], manifest: bool, votes: Sequence[Vote]) -> Verdict:
    """The verdict on a change of every path, made by the last of the people."""
    files = {f"{folder}OWNERS": "".join(f"{line}\n" for line in lines) for folder, lines in owners.items()}
    if manifest:
        files["a/subsystem.toml"] = MANIFEST
    rules = Rules(MemoryTree(files), Settings(), Accounts())
    ballot = count(Votes(PEOPLE[0], PEOPLE[0], HEAD, votes=tuple(votes)), (), rules.accounts)
    return Judge(rules).judge(CHANGE, ballot)


def ranks(verdict: Verdict) -> list[int]:
    return [STATUSES.index(each.status) for each in verdict.paths]


@given(OWNERS, st.booleans(), VOTES, st.sampled_from(PEOPLE))
def test_another_approval_never_makes_it_worse(
    owners: dict[str, list[str]], manifest: bool, votes: list[Vote], who: str
) -> None:
    """A later approval by anybody at all."""
    before = judge(owners, manifest, votes)
    after = judge(owners, manifest, [*votes, Vote(who, "approve", HEAD, 9)])
    assert all(new <= old for new, old in zip(ranks(after), ranks(before), strict=True))


@given(OWNERS, VOTES, st.sampled_from(FOLDERS), st.sampled_from(PEOPLE))
def test_another_owner_never_takes_anothers_right(
    owners: dict[str, list[str]], votes: list[Vote], folder: str, who: str
) -> None:
    """Whoever could approve a path still can, once the files have one owner more."""
    if folder not in owners:
        return  # a new OWNERS file makes a new subsystem
    before = judge(owners, False, votes)
    after = judge(owners | {folder: [*owners[folder], who]}, False, votes)
    for old, new in zip(before.paths, after.paths, strict=True):
        assert set(old.outcome.approved_by) <= set(new.outcome.approved_by)
        assert STATUSES.index(new.status) <= STATUSES.index(old.status)


@given(OWNERS, st.booleans(), VOTES, st.randoms(use_true_random=False))
def test_the_order_of_votes_in_the_file_does_not_matter(
    owners: dict[str, list[str]], manifest: bool, votes: list[Vote], random: object
) -> None:
    """Only `seq` orders them."""
    shuffled = list(votes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judge(owners, manifest, votes) == judge(owners, manifest, shuffled)


@given(OWNERS, st.booleans(), VOTES)
def test_nothing_is_approved_without_an_eligible_approver(
    owners: dict[str, list[str]], manifest: bool, votes: list[Vote]
) -> None:
    """One whose last vote approves, who is an owner that the path needs, and who did not make the change."""
    last = {vote.account: vote.vote for vote in sorted(votes, key=lambda vote: (vote.seq, vote.vote != "approve"))}
    approving = {who for who, vote in last.items() if vote == "approve"} - {PEOPLE[0]}
    for each in judge(owners, manifest, votes).paths:
        if each.status == "approved":
            assert each.outcome.approved_by
            assert set(each.outcome.approved_by) <= approving
            assert "*" in each.rule.owners or set(each.outcome.approved_by) & set(each.rule.owners)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.data())
def test_as_many_slots_are_filled_as_can_be(counts: list[int], data: st.DataObject) -> None:
    """Against trying every assignment."""
    clauses = st.frozensets(st.integers(0, len(counts) - 1))
    able = {f"p{i}": data.draw(clauses) for i in range(data.draw(st.integers(0, 4)))}

    def best(people: list[str], free: list[int]) -> int:
        if not people:
            return 0
        most = best(people[1:], free)
        for clause in able[people[0]]:
            if free[clause]:
                taken = [number - (i == clause) for i, number in enumerate(free)]
                most = max(most, 1 + best(people[1:], taken))
        return most

    filled = fill(counts, able, once=True)
    assert sum(map(len, filled)) == best(sorted(able), counts)
    for clause, people in enumerate(filled):
        assert len(people) <= counts[clause]
        assert all(clause in able[person] for person in people)
    assert len({person for people in filled for person in people}) == sum(map(len, filled))


@given(st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=4), st.permutations("abcdef"))
def test_suggestions_are_the_fewest_people(groups: list[set[str]], names: list[str]) -> None:
    """Each gap needs one of a group; no smaller set of people meets all of them, and order does not matter."""
    gaps = tuple(
        Gap((1,), {who: frozenset({0}) for who in names if who in group}, dict.fromkeys(names, 0)) for group in groups
    )
    found = suggest(gaps, {}, once=True)
    assert found.complete
    assert all(set(found.people) & group for group in groups)
    smaller = [{*people} for people in _sets("abcdef", len(found.people) - 1)]
    assert not any(all(people & group for group in groups) for people in smaller)
    assert found == suggest(tuple(reversed(gaps)), {}, once=True)


def _sets(names: str, size: int) -> Sequence[Sequence[str]]:
    from itertools import combinations

    return list(combinations(names, size)) if size > 0 else []


PIECES = st.lists(
    st.sampled_from(
        [
            "import a\n",
            "from b import c\n",
            "from b import (\n",
            "    c,\n",
            ")\n",
            "from d import \\\n",
            "    e\n",
            '"""\n',
            "'''\n",
            "x = '''\n",
            "# import f (\n",
            "    # )\n",
            "import g; import h\n",
            "x = 1\n",
            "'text'\n",
            "if x: import i\n",
            "x = 2\r",
            "import j\r",
            "\tk,\n",
            "x = 'a\\\n",
            "b'\n",
        ]
    ),
    max_size=8,
).map("".join)


@settings(max_examples=500)
@given(PIECES, PIECES, PIECES, PIECES)
def test_no_new_import_is_overlooked(head: str, before: str, after: str, tail: str) -> None:
    """Where the quick answer is no, the syntax trees agree, if both versions parse."""
    old, new = (head + middle + tail for middle in (before, after))
    first, second = scan(old.encode()), scan(new.encode())
    if not first.error and not second.error and not may_import_more(old.encode(), new.encode()):
        assert {each._replace(line=0) for each in second.statements} <= {
            each._replace(line=0) for each in first.statements
        }
