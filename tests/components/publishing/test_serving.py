"""What a state tells of the addresses that a stack leaves by."""

from __future__ import annotations

import pytest
from nat_egress.publishing.errors import PublishingError
from nat_egress.publishing.serving import egress_of
from nat_egress.state.values import Secret

from tests.components.publishing.states import COMPONENT, GROUP, address, component, gateway, prefix, resource

PARTNERS = prefix("partners", "203.0.113.0/29")
OTHER = address("other", "198.51.100.7")


def test_prefixes_and_addresses_of_all_gateways():
    six = prefix("six", "2001:db8::/124")
    egress = egress_of([PARTNERS, OTHER, six, gateway("a", PARTNERS, six), gateway("b", OTHER)])
    assert [(one.name, one.prefixes) for one in egress.gateways] == [
        ("a-1", ("203.0.113.0/29", "2001:db8::/124")),
        ("b-1", ("198.51.100.7/32",)),
    ]
    assert egress.prefixes == ("198.51.100.7/32", "203.0.113.0/29", "2001:db8::/124")
    assert egress.use_of("198.51.100.7/32") == "b-1"


@pytest.mark.parametrize("old", [{"delete": True}, {"pending_replacement": True}, {"retain_on_delete": True}])
def test_what_is_still_to_be_deleted_still_serves(old):
    before = prefix("before", "192.0.2.0/31", delete=True)
    egress = egress_of([PARTNERS, gateway("egress", PARTNERS), before, gateway("egress", before, **old)])
    assert egress.prefixes == ("192.0.2.0/31", "203.0.113.0/29")


def test_what_is_asked_for_and_not_answered_yet_counts_too():
    asked = resource("NatGateway", "egress", {"publicIpPrefixes": []}, inputs={"publicIpAddresses": [{"id": OTHER.id}]})
    assert egress_of([OTHER, asked]).prefixes == ("198.51.100.7/32",)


def test_ids_are_compared_as_azure_does():
    asked = resource("NatGateway", "egress", {"publicIpPrefixes": [{"id": PARTNERS.id.upper()}]})
    assert egress_of([PARTNERS, asked]).prefixes == ("203.0.113.0/29",)


def test_the_component_s_spare_addresses_are_published_ahead_and_those_of_others_are_not():
    spare = prefix("spare", "192.0.2.8/31", parent=COMPONENT)
    bastion = address("bastion", "192.0.2.99", parent="urn:pulumi:prod::shop::nat-egress:index:BastionHost::b")
    egress = egress_of([component(), PARTNERS, spare, bastion, OTHER, gateway("egress", PARTNERS, parent=COMPONENT)])
    assert egress.reserved == ("192.0.2.8/31",)
    assert egress.prefixes == ("192.0.2.8/31", "203.0.113.0/29")
    assert egress.use_of("192.0.2.8/31") == "reserved: no gateway uses it"


def test_an_adopted_address_is_told_by_the_component():
    adopted = prefix("adopted", None)
    own = component("203.0.113.0/29", "192.0.2.16/30")
    found = egress_of([own, PARTNERS, gateway("egress", PARTNERS, adopted, parent=COMPONENT)])
    assert found.prefixes == ("192.0.2.16/30", "203.0.113.0/29")
    answered = {"publicIpPrefixes": [{"id": adopted.id.upper()}]}
    once = resource(
        "NatGateway", "egress", answered, inputs={"publicIpPrefixes": [{"id": adopted.id}]}, parent=COMPONENT
    )
    assert egress_of([component("192.0.2.16/30"), once]).prefixes == ("192.0.2.16/30",)
    # What a component told before is not asked where resources tell all: it may be of an update that failed.
    assert egress_of([own, PARTNERS, gateway("egress", PARTNERS, parent=COMPONENT)]).prefixes == ("203.0.113.0/29",)


@pytest.mark.parametrize(
    "resources",
    [
        [gateway("egress", prefix("elsewhere", None))],
        [prefix("elsewhere", None), gateway("egress", prefix("elsewhere", None))],
        [prefix("elsewhere", "not a range"), gateway("egress", prefix("elsewhere", None))],
        [prefix("elsewhere", Secret("203.0.113.0/29")), gateway("egress", prefix("elsewhere", None))],
        [
            component("203.0.113.0/29"),
            PARTNERS,
            gateway("egress", PARTNERS, prefix("elsewhere", None), parent=COMPONENT),
        ],
        [
            component("192.0.2.16/30"),
            gateway("egress", prefix("elsewhere", None), parent=COMPONENT, delete=True),
        ],
        [component(), prefix("elsewhere", None, parent=COMPONENT)],
    ],
    ids=["not a resource", "no answer", "no range", "secret", "not told by the component", "old, and adopted", "spare"],
)
def test_a_list_that_is_not_whole_is_refused(resources):
    with pytest.raises(PublishingError, match="the state does not tell every address") as refused:
        egress_of(resources)
    assert f"{GROUP}/PublicIPPrefix/elsewhere-1" in str(refused.value)
    assert "203.0.113" not in str(refused.value)


def test_every_address_that_is_not_told_is_named():
    secret = resource("NatGateway", "secret", {"publicIpPrefixes": Secret([{"id": "x"}])})
    with pytest.raises(PublishingError) as refused:
        egress_of([gateway("a", prefix("one", None), prefix("two", None)), secret])
    lines = [line for line in str(refused.value).splitlines() if line.startswith("  - ")]
    assert lines == [
        f"  - {GROUP}/PublicIPPrefix/one-1, attached to a-1",
        f"  - {GROUP}/PublicIPPrefix/two-1, attached to a-1",
        "  - an address whose id is secret, attached to secret-1",
    ]


def test_a_stack_without_gateways_has_nothing():
    assert egress_of([OTHER]).prefixes == ()
