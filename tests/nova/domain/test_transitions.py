"""The table of transitions, row by row, and a server's life against it."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nova.domain.errors import StateConflict
from nova.domain.states import EXPECTED_POWER, PowerState, TaskState, VmState
from nova.domain.transitions import RULES, Action, Status, allowed, begin, fail, succeed

TABLE = tomllib.loads(Path(__file__).with_name("transitions.toml").read_text(encoding="utf-8"))
statuses = st.builds(
    Status, vm=st.sampled_from(VmState), task=st.sampled_from(TaskState), previous=st.sampled_from([None, *VmState])
)


@pytest.mark.parametrize("state", VmState)
def test_what_an_idle_server_accepts(state: VmState) -> None:
    """Row by row, as the Compute API documents it."""
    assert sorted(allowed(Status(vm=state))) == sorted(TABLE["accepts"][state])


@pytest.mark.parametrize(("action", "moves"), TABLE["becomes"].items())
def test_what_a_server_becomes(action: str, moves: dict[str, str]) -> None:
    """From each state that allows the action, the state that follows."""
    found = {
        state.value: succeed(begin(Status(vm=state, previous=VmState.STOPPED), Action(action)), Action(action)).vm.value
        for state in RULES[Action(action)].moves
    }
    assert found == moves


def test_every_action_has_a_row() -> None:
    """In the code and in the table that checks it."""
    assert set(RULES) == set(Action)
    assert set(TABLE["becomes"]) == {action.value for action in Action}


@pytest.mark.parametrize(
    ("status", "action", "message"),
    [
        (
            Status(vm=VmState.STOPPED),
            Action.PAUSE,
            "Cannot pause a server while its vm state is stopped. It can be done from: active.",
        ),
        (
            Status(vm=VmState.ACTIVE, task=TaskState.REBOOTING),
            Action.STOP,
            "Cannot stop a server while its task is rebooting. It can be done from: none.",
        ),
        (
            Status(vm=VmState.DELETED),
            Action.DELETE,
            "Cannot delete a server while its vm state is deleted. It can be done from: active, building, error,"
            " paused, rescued, resized, stopped, suspended.",
        ),
    ],
)
def test_conflicts_name_the_state(status: Status, action: Action, message: str) -> None:
    """The message is what the user reads with the 409."""
    with pytest.raises(StateConflict) as caught:
        begin(status, action)
    assert str(caught.value) == message


def test_finishing_what_was_not_begun() -> None:
    """An answer that comes too late changes nothing."""
    for finish in (succeed, fail):
        with pytest.raises(StateConflict):
            finish(Status(vm=VmState.ACTIVE), Action.STOP)


def test_resize_returns_to_where_it_came_from() -> None:
    """A server that was stopped is stopped after confirm and after revert."""
    for end in (Action.CONFIRM_RESIZE, Action.REVERT_RESIZE):
        for state in (VmState.ACTIVE, VmState.STOPPED):
            resized = succeed(begin(Status(vm=state), Action.RESIZE), Action.RESIZE)
            assert (resized.vm, resized.previous) == (VmState.RESIZED, state)
            ended = succeed(begin(resized, end), end)
            assert (ended.vm, ended.previous) == (state, None)


@pytest.mark.parametrize("action", Action)
def test_failure(action: Action) -> None:
    """A harmless failure leaves a built server as it was; another one what the row says."""
    row = RULES[action]
    for state in row.moves:
        begun = begin(Status(vm=state), action)
        refused, broken = fail(begun, action, harmless=True), fail(begun, action)
        assert refused.vm is (state if state is not VmState.BUILDING else VmState.ERROR)
        assert broken.vm is (row.failure or state)
        assert (refused.task, broken.task) == (TaskState.NONE, TaskState.NONE)


@given(statuses, st.sampled_from(Action))
def test_begin_agrees_with_allowed(status: Status, action: Action) -> None:
    """What is said to be allowed can be begun, and nothing else."""
    try:
        begun = begin(status, action)
    except StateConflict:
        assert action not in allowed(status)
    else:
        assert action in allowed(status)
        assert begun.task is RULES[action].task
        assert begun.vm is status.vm


class Life(RuleBasedStateMachine):
    """Any sequence of actions, successes and failures keeps a server in a state that makes sense."""

    def __init__(self) -> None:
        super().__init__()
        self.status = begin(Status(), Action.CREATE)
        self.action: Action | None = Action.CREATE

    @rule(action=st.sampled_from(Action))
    def begin(self, action: Action) -> None:
        if action in allowed(self.status):
            self.status = begin(self.status, action)
            self.action = action

    @rule()
    def succeed(self) -> None:
        if self.action is not None:
            self.status = succeed(self.status, self.action)
            self.action = None

    @rule(harmless=st.booleans())
    def fail(self, harmless: bool) -> None:
        if self.action is not None:
            self.status = fail(self.status, self.action, harmless=harmless)
            self.action = None

    @invariant()
    def busy_exactly_while_something_is_under_way(self) -> None:
        assert (self.status.task is TaskState.NONE) == (self.action is None)

    @invariant()
    def never_building_when_idle(self) -> None:
        assert self.action is not None or self.status.vm is not VmState.BUILDING

    @invariant()
    def a_resized_server_knows_where_it_came_from(self) -> None:
        if self.status.vm is VmState.RESIZED:
            assert self.status.previous in {VmState.ACTIVE, VmState.STOPPED}

    @invariant()
    def always_a_way_to_delete(self) -> None:
        assert self.status.vm is VmState.DELETED or Action.DELETE in allowed(self.status)

    @invariant()
    def deleted_is_the_end(self) -> None:
        assert self.status.vm is not VmState.DELETED or not allowed(self.status)


TestLife = Life.TestCase


def test_power_follows_the_state_unless_it_was_reported() -> None:
    """What the hypervisor says goes before what is expected."""
    begun = begin(Status(vm=VmState.ACTIVE), Action.STOP)
    assert succeed(begun, Action.STOP).power is EXPECTED_POWER[VmState.STOPPED]
    assert succeed(begun, Action.STOP, PowerState.CRASHED).power is PowerState.CRASHED
