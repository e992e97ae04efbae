from __future__ import annotations

from azure_sandbox import kept
from nat_egress.state.model import ResourceState, Snapshot


def resource(name, **fields):
    return ResourceState(f"urn:{name}", "azure-native:network:X", custom=True, id=f"/{name}", **fields)


STACK = ResourceState("urn:stack", "pulumi:pulumi:Stack")
PROVIDER = ResourceState("urn:default", "pulumi:providers:azure-native", custom=True, id="p")
GROUP = resource("group")
PREFIX = resource("prefix", protect=True, outputs={"ipPrefix": "192.0.2.0/29"})
ADDRESS = resource("address", retain_on_delete=True, outputs={"ipAddress": "192.0.2.9"})
GATEWAY = resource("gateway")
BEFORE = Snapshot(resources=[STACK, PROVIDER, GROUP, PREFIX, ADDRESS, GATEWAY])


def test_what_a_destroy_keeps_is_told_with_the_reason_and_the_addresses():
    assert kept.after_destroy(BEFORE, Snapshot(resources=[STACK, PROVIDER, GROUP, PREFIX])) == [
        "Kept, because protected (still in the stack's state):",
        "    urn:prefix",
        "      /prefix",
        "      addresses: 192.0.2.0/29",
        "Kept, because something protected needs it:",
        "    urn:group",
        "      /group",
        "Kept, because retained (out of the stack's state, still in the cloud):",
        "    urn:address",
        "      /address",
        "      addresses: 192.0.2.9",
    ]


def test_a_destroy_ends_with_what_is_left():
    assert kept.end_of_destroy(0).startswith("The resources in the stack have been deleted, but the history")
    assert kept.end_of_destroy(3) == (
        "All unprotected resources were destroyed. There are still 3 protected resources associated with this stack."
    )


def test_nothing_kept_is_nothing_said():
    assert kept.after_destroy(Snapshot(resources=[STACK, GROUP]), Snapshot()) == []


def test_an_update_tells_what_it_has_let_go_of_and_nothing_that_it_still_has():
    replaced = resource("address", retain_on_delete=True)
    replaced.id = "/successor"
    assert kept.retained(BEFORE, Snapshot(resources=[GROUP, PREFIX, replaced]))[1:3] == [
        "    urn:address",
        "      /address",
    ]
    assert kept.retained(BEFORE, BEFORE) == []
