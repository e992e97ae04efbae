"""What EC2 gets and what it refuses: versions, sizes, and others who change the same list."""

from __future__ import annotations

import pytest
from nat_egress.publishing import prefix_lists
from nat_egress.publishing.errors import ChangedMeanwhileError, PublishingError
from nat_egress.publishing.prefix_lists import PrefixLists

from tests.components.publishing.states import REGION, publication

OURS = "nat-egress shop/prod"
MANY = [f"203.0.{n // 256}.{n % 256}/32" for n in range(250)]


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def lists(ec2, pauses):
    return PrefixLists(REGION, pauses.append)


@pytest.fixture
def bring(lists):
    def brought(id_, *prefixes, named=(), limit=None):
        return lists.bring(lists.find(id_), publication(*prefixes, named=named), limit, lambda _: None)

    return brought


def add(ec2, id_, cidr):
    """Add an entry past us, as somebody else does between our reading and our writing."""

    def added(found):
        found.entries[found.version + 1] = [*found.entries[found.version], {"Cidr": cidr, "Description": "by hand"}]
        found.version += 1

    return added


def test_a_new_list_has_its_tag_and_room(ec2, lists, bring):
    made = lists.create("partners", "IPv4", 10, "shop/prod")
    done = bring(made.id, "203.0.113.0/29", "192.0.2.7/32")
    assert ec2.entries(made.id) == {"192.0.2.7/32": OURS, "203.0.113.0/29": OURS}
    assert (done.version, done.max_entries, done.tags) == (2, 10, {"nat-egress:stack": "shop/prod"})
    assert lists.find("partners") == done == lists.find(made.id)


def test_nothing_to_do_writes_nothing(ec2, bring):
    id_ = ec2.make("partners", "203.0.113.0/29")
    assert bring(id_, "203.0.113.0/29").version == 1
    assert ec2.rules.calls == []


def test_what_is_new_comes_before_what_is_named_leaves(ec2, bring):
    id_ = ec2.make("partners", "192.0.2.0/31", "192.0.2.8/31")
    bring(id_, "203.0.113.0/29", named=("192.0.2.0/31",))
    assert set(ec2.entries(id_)) == {"192.0.2.8/31", "203.0.113.0/29"}
    assert ec2.rules.calls == [(1, 0, 0), (0, 1, 0)]


def test_entries_of_others_stay(ec2, bring):
    id_ = ec2.make("partners", "192.0.2.0/31", "203.0.113.0/29", description="by hand")
    bring(id_, "203.0.113.0/29", "198.51.100.7/32", named=("192.0.2.0/31",))
    assert ec2.entries(id_) == {
        "192.0.2.0/31": "by hand",
        "203.0.113.0/29": "by hand",
        "198.51.100.7/32": OURS,
    }


def test_a_full_list_grows_first(ec2, bring):
    id_ = ec2.make("partners", "192.0.2.0/31", size=1)
    done = bring(id_, "203.0.113.0/29")
    assert ec2.rules.calls == [(0, 0, 10), (1, 0, 0)]
    assert done.max_entries == 10


def test_many_entries_go_in_hundreds(ec2, bring):
    id_ = ec2.make("partners", size=250)
    bring(id_, *MANY)
    assert [call[0] for call in ec2.rules.calls] == [100, 100, 50]
    ec2.rules.calls.clear()
    bring(id_, "198.51.100.7/32", named=tuple(MANY))
    assert ec2.rules.calls == [(0, 0, 502), (1, 0, 0), (0, 100, 0), (0, 100, 0), (0, 50, 0)]
    assert set(ec2.entries(id_)) == {"198.51.100.7/32"}


def test_somebody_else_s_change_is_read_and_kept(ec2, bring, pauses):
    id_ = ec2.make("partners")
    ec2.rules.before_next = [add(ec2, id_, "192.0.2.0/31")]
    bring(id_, "203.0.113.0/29")
    assert ec2.entries(id_) == {"192.0.2.0/31": "by hand", "203.0.113.0/29": OURS}
    assert pauses == [prefix_lists.POLL_S]


def test_what_somebody_else_adds_may_need_more_room(ec2, bring):
    id_ = ec2.make("partners", size=1)
    ec2.rules.before_next = [add(ec2, id_, "192.0.2.0/31")]
    assert bring(id_, "203.0.113.0/29").max_entries == 10


def test_what_somebody_else_adds_does_not_go_past_the_limit(ec2, bring):
    id_ = ec2.make("partners", size=1)
    ec2.rules.before_next = [add(ec2, id_, "192.0.2.0/31")]
    with pytest.raises(PublishingError, match=r"needs room for 2 entries .* and --max-entries is 1"):
        bring(id_, "203.0.113.0/29", limit=1)


def test_somebody_who_never_stops_wins(ec2, bring):
    id_ = ec2.make("partners")
    ec2.rules.before_next = [add(ec2, id_, f"192.0.2.{n}/32") for n in range(prefix_lists.ATTEMPTS)]
    with pytest.raises(ChangedMeanwhileError, match="somebody else has changed it each of the 5 times: run it again"):
        bring(id_, "203.0.113.0/29")
    assert "203.0.113.0/29" not in ec2.entries(id_)


def in_progress(found):
    found.state = "modify-in-progress"


def test_a_change_in_progress_is_waited_for(ec2, lists, bring, monkeypatch):
    id_ = ec2.make("partners")
    states = iter(["modify-in-progress", "modify-in-progress", "modify-complete"])
    described = PrefixLists._described

    def moving(self, wanted, chosen):
        return [{**one, "State": next(states, "modify-complete")} for one in described(self, wanted, chosen)]

    found = lists.find(id_)
    monkeypatch.setattr(PrefixLists, "_described", moving)
    lists.bring(found, publication("203.0.113.0/29"), None, lambda _: None)
    assert next(states, None) is None
    assert "203.0.113.0/29" in ec2.entries(id_)


def test_a_new_list_that_is_not_found_yet_is_waited_for(ec2, lists, pauses):
    ec2.rules.before_next_description = [ec2.refusal("InvalidPrefixListID.NotFound", "not yet")]
    made = lists.create("partners", "IPv4", 10, "shop/prod")
    assert (len(ec2.rules.descriptions), made.name, pauses) == (2, "partners", [prefix_lists.POLL_S])
    ec2.rules.before_next_description = [ec2.refusal("InvalidPrefixListID.NotFound", "no more")]
    with pytest.raises(PublishingError, match="has none of this id"):
        lists.find(made.id)


def test_the_wait_ends(ec2, bring, pauses):
    id_ = ec2.make("partners")
    ec2.rules.before_next = [in_progress]
    with pytest.raises(PublishingError, match=f"{id_}: is modify-in-progress since 120 seconds"):
        bring(id_, "203.0.113.0/29")
    assert sum(pauses) <= prefix_lists.LONGEST_WAIT_S + 1


def test_a_change_that_fails_says_why(ec2, lists, monkeypatch):
    id_ = ec2.make("partners", "192.0.2.0/31", size=1)
    described = PrefixLists._described
    failed = {"State": "modify-failed", "StateMessage": "sg-1 has no room for 10 rules"}

    def failing(self, wanted, chosen):
        return [{**one, **(failed if ec2.rules.calls else {})} for one in described(self, wanted, chosen)]

    monkeypatch.setattr(PrefixLists, "_described", failing)
    with pytest.raises(PublishingError, match=r"could not change it \(modify-failed\): sg-1 has no room for 10 rules"):
        lists.bring(lists.find(id_), publication("203.0.113.0/29"), None, lambda _: None)


def test_a_list_that_goes_meanwhile(ec2, lists):
    id_ = ec2.make("partners")
    found = lists.find(id_)
    ec2.client.delete_managed_prefix_list(PrefixListId=id_)
    with pytest.raises(PublishingError, match="has been deleted meanwhile"):
        lists.bring(found, publication("203.0.113.0/29"), None, lambda _: None)


def test_a_name_that_two_have_is_refused(ec2, lists):
    ids = [ec2.make("partners"), ec2.make("partners")]
    with pytest.raises(PublishingError, match="has 2 prefix lists named 'partners': give one id of") as refused:
        lists.find("partners")
    assert all(id_ in str(refused.value) for id_ in ids)


def test_an_id_that_there_is_not(lists):
    with pytest.raises(PublishingError, match="pl-0: eu-west-1 has none of this id"):
        lists.find("pl-0")
    assert lists.find("nobody") is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("UnauthorizedOperation", "access is denied .* they need ec2:ModifyManagedPrefixList$"),
        ("AuthFailure", "EC2 does not accept the credentials .*AuthFailure"),
        ("RequestExpired", "have expired"),
        ("PrefixListMaxEntriesExceeded", "has no room for more entries"),
        ("SomethingLimitExceeded", r"answers SomethingLimitExceeded \(HTTP status 400\); a quota of the account"),
        ("Other", r"EC2 answers Other \(HTTP status 400\): check --region"),
    ],
)
def test_what_ec2_refuses_is_said_in_words(ec2, bring, code, said):
    id_ = ec2.make("partners")
    ec2.rules.before_next = [ec2.refusal(code, "token wJalrXUtnFEMI")]
    with pytest.raises(PublishingError, match=said) as refused:
        bring(id_, "203.0.113.0/29")
    assert "wJalrXUtnFEMI" not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"AWS_DEFAULT_REGION": ""}, "the region is missing or can't be one: give --region"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "there are no AWS credentials in the environment"),
        ({"AWS_PROFILE": "nobody"}, "has no profile 'nobody'"),
        ({"AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:1"}, r"EC2 can't be reached \(EndpointConnectionError\)"),
    ],
    ids=["region", "credentials", "profile", "endpoint"],
)
def test_what_the_client_refuses_is_said_in_words(ec2, monkeypatch, settings, said):
    for name, value in settings.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    with pytest.raises(PublishingError, match=said):
        PrefixLists(None).find("partners")
