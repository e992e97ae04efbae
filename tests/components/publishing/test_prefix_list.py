"""The requests that bring a list up to date: never more than fits, never a removal before an addition."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nat_egress.publishing import prefix_list
from nat_egress.publishing.prefix_list import Entry, Modify, PrefixList, Resize

from tests.components.publishing.states import publication

on_a_busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OWNER = "shop/prod"
FOREIGN = [f"10.0.{n // 256}.{n % 256}/32" for n in range(985)]
RANGES = [f"203.0.{n // 256}.{n % 256}/32" for n in range(320)]


def listed(mine=(), others=(), *, size=20, **more):
    entries = [Entry(one, prefix_list.description_of(OWNER)) for one in mine]
    entries += [Entry(one, "put in by hand") for one in others]
    values = {"family": "IPv4", "owner": "123456789012", "tags": {prefix_list.TAG: OWNER}, **more}
    return PrefixList(
        "pl-1", "partners", values["family"], size, 1, "", "", values["owner"], values["tags"], tuple(entries)
    )


def requests(found, wanted, limit=None):
    return list(prefix_list.requests(found, prefix_list.change_to(wanted, "IPv4", found), limit))


def test_others_entries_are_left_alone_and_count_as_there():
    found = listed(["192.0.2.0/31"], ["203.0.113.0/29", "198.51.100.7/32"])
    change = prefix_list.change_to(publication("203.0.113.0/29", named=("198.51.100.7/32",)), "IPv4", found)
    assert (change.add, change.remove, change.hold) == ((), (), ("192.0.2.0/31",))


def test_a_list_has_one_family():
    wanted = publication("203.0.113.0/29", "2001:db8::/124")
    assert prefix_list.change_to(wanted, "IPv4", None).add == ("203.0.113.0/29",)
    assert prefix_list.change_to(wanted, "IPv6", None).add == ("2001:db8::/124",)


@on_a_busy_machine
@given(
    st.lists(st.sampled_from(RANGES), unique=True),
    st.lists(st.sampled_from(RANGES), unique=True),
    st.lists(st.sampled_from(RANGES), unique=True),
    st.integers(0, 30),
)
def test_every_request_is_one_that_ec2_takes(present, serving, named, room):
    found, wanted = listed(present, size=len(present) + room), publication(*serving, named=tuple(named))
    entries, size, removing = set(present), found.max_entries, False
    for request in requests(found, wanted):
        if isinstance(request, Resize):
            assert size < request.max_entries <= prefix_list.MOST_ENTRIES
            size = request.max_entries
            continue
        assert 0 < len(request.add) + len(request.remove) <= prefix_list.MOST_IN_A_REQUEST
        assert not (request.add and removing)
        assert not set(request.add) & entries
        assert set(request.remove) <= entries
        removing = removing or bool(request.remove)
        entries = (entries | set(request.add)) - set(request.remove)
        assert len(entries) <= size
        # While connections come from them, addresses that are there are never missing.
        assert set(serving) & set(present) <= entries
    assert entries == set(serving) | (set(present) - set(named))


def test_nothing_to_do_is_no_request():
    assert requests(listed(["203.0.113.0/29"]), publication("203.0.113.0/29")) == []


def test_a_full_list_is_made_larger_first_and_both_are_in_it_for_a_while():
    found = listed(["192.0.2.0/31"], size=1)
    assert requests(found, publication("203.0.113.0/29", named=("192.0.2.0/31",))) == [
        Resize(10),
        Modify(add=("203.0.113.0/29",)),
        Modify(remove=("192.0.2.0/31",)),
    ]


@pytest.mark.parametrize(
    ("count", "limit", "room"), [(1, None, 10), (5, None, 10), (6, None, 12), (600, None, 1000), (6, 7, 7), (1, 40, 40)]
)
def test_room_grows_with_the_entries(count, limit, room):
    assert prefix_list.room_for(count, limit) == room


@pytest.mark.parametrize(
    ("found", "count", "limit", "said"),
    [
        (None, 3, 2, "x: needs room for 3 entries (0 are there, 3 come), and --max-entries is 2: raise it, or remove"),
        (listed(RANGES[300:], size=20), 290, None, None),
        (listed(RANGES[300:], size=20), 290, 309, "needs room for 310 entries (20 are there, 290 come)"),
        (listed(RANGES[300:310], size=20), 10, 5, None),
        (
            listed(RANGES[300:310], [f"10.0.{n // 256}.{n % 256}/32" for n in range(985)]),
            6,
            None,
            "at most 1,000 entries",
        ),
        (listed(RANGES[:20], size=20), 5, 5, None),
    ],
    ids=["new", "grows", "above the limit", "has room already", "above the most", "all are there"],
)
def test_a_list_that_can_t_take_all_is_refused(found, count, limit, said):
    change = prefix_list.change_to(publication(*RANGES[:count]), "IPv4", found)
    problems = prefix_list.room_problems("x", found, change, limit)
    assert len(problems) == (said is not None)
    assert (said or "") in "".join(problems)


@pytest.mark.parametrize(
    ("found", "adopt", "said"),
    [
        (listed(), False, None),
        (listed(tags={}), False, "was not made by nat-egress publish: with --adopt"),
        (listed(tags={}), True, None),
        (listed(tags={prefix_list.TAG: "shop/dev"}), False, "was made for the stack shop/dev: with --adopt"),
        (listed(tags={prefix_list.TAG: "shop/dev"}), True, None),
        (listed(family="IPv6"), False, "holds IPv6, and IPv4 addresses are for it"),
        (listed(family="IPv6"), True, "holds IPv6"),
        (listed(owner="AWS"), True, "is kept by AWS itself"),
    ],
)
def test_a_list_of_somebody_else_is_written_to_only_on_request(found, adopt, said):
    problems = prefix_list.ownership_problems(found, "IPv4", OWNER, adopt=adopt)
    assert len(problems) == (said is not None)
    assert (said or "") in "".join(problems)
