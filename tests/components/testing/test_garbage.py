"""What a recording leaves is garbage when it is over, and is taken then; what stays is not looked through twice."""

import gc
import weakref

import pulumi
import pulumi_azure_native as azure_native
import pytest
from nat_egress.testing import garbage, record
from pulumi.runtime.settings import get_monitor


class Component(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("test:index:Component", "component")
        azure_native.network.RouteTable("table", resource_group_name="x", opts=pulumi.ResourceOptions(parent=self))


@pytest.fixture
def thresholds():
    kept = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield (700, 10, 10)
    gc.set_threshold(*kept)


@pytest.mark.parametrize("preview", [False, True])
def test_what_a_program_made_is_garbage_once_it_is_recorded(preview):
    """Else a session of tests keeps all that all its programs have made, and each collection takes longer."""
    made = []
    graph = record(lambda: made.extend([weakref.ref(Component()), weakref.ref(get_monitor())]), preview=preview)
    gc.collect()
    assert [one() for one in made] == [None, None]
    assert len(graph.resources) == 2


def test_what_a_program_made_that_fails_is_garbage_too():
    made = []

    def program():
        made.append(weakref.ref(Component()))
        raise KeyError

    with pytest.raises(KeyError):
        record(program)
    gc.collect()
    assert made[0]() is None


def test_it_is_young_garbage(thresholds):
    """Else it is taken when a quarter of all that is there has come anew, which is after fifty programs."""
    record(lambda: None, may_register_nothing=True)  # after the first of a session, all is old
    made = []
    record(lambda: made.append(weakref.ref(Component())))
    gc.collect(0)
    assert made[0]() is None


def test_a_program_that_turns_the_collector_off_does_so_for_itself():
    """As one may that has its process for itself: else all tests after it keep what they make."""

    def program():
        gc.disable()
        Component()

    try:
        record(program)
        assert gc.isenabled()
    finally:
        gc.enable()


def test_a_collector_that_a_test_switched_off_stays_so_whatever_the_program_does():
    def program():
        gc.enable()
        Component()

    gc.disable()
    try:
        record(program)
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("fails", [False, True])
def test_little_is_collected_while_it_lasts_and_as_much_as_ever_after_it(thresholds, fails):
    during = []

    def program():
        during.append(gc.get_threshold())
        if fails:
            raise ValueError

    try:
        record(program, may_register_nothing=True)
    except ValueError:
        assert fails
    assert during == [(garbage._ALLOCATIONS_A_COLLECTION, *thresholds[1:])]
    assert gc.get_threshold() == thresholds


def test_what_is_loaded_has_grown_old_unless_the_heap_is_frozen():
    """Else the second test of a session takes a fourth longer, or a heap that is frozen is thawed."""

    def old(value):
        return any(one is value for one in gc.get_objects(generation=2))

    have_grown_old = garbage.have_grown_old.__wrapped__
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    try:
        loaded = [object()]
        assert not old(loaded)
        have_grown_old()
        assert old(loaded)
        assert gc.get_freeze_count() == 0
        gc.freeze()
        loaded = [object()]
        have_grown_old()
        assert not old(loaded)
        assert gc.get_freeze_count() > 0
    finally:
        if not frozen:
            gc.unfreeze()


def test_it_grows_old_with_the_first_program():
    """Else so does the garbage of all of them, and is never collected."""
    garbage.have_grown_old.cache_clear()
    for _ in range(3):
        record(lambda: None, may_register_nothing=True)
    assert (garbage.have_grown_old.cache_info().misses, garbage.have_grown_old.cache_info().hits) == (1, 2)
