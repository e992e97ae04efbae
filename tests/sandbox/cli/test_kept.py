from __future__ import annotations

from azure_sandbox.embedded import kept
from azure_sandbox.engine.request import UpdateResult
from nat_egress.state.model import ResourceState, Snapshot


def resource(name, **fields):
    return ResourceState(f"urn:{name}", "azure-native:network:X", custom=True, id=f"/{name}", **fields)


BEFORE = Snapshot(
    resources=[
        ResourceState("urn:stack", "pulumi:pulumi:Stack"),
        ResourceState("urn:default", "pulumi:providers:azure-native", custom=True, id="p"),
        resource("group"),
        resource("prefix", protect=True, outputs={"ipPrefix": "192.0.2.0/29"}),
        resource("address", retain_on_delete=True, outputs={"ipAddress": "192.0.2.9"}),
        resource("gateway"),
    ]
)


def lines(**left):
    result = UpdateResult(succeeded=True, snapshot=Snapshot(), outputs={}, resource_changes={}, **left)
    return [line.plain for line in kept(result, BEFORE)]


def test_what_is_kept_is_told_with_the_reason_and_the_addresses():
    protected = ("urn:stack", "urn:default", "urn:group", "urn:prefix")
    assert lines(protected=protected, retained=("urn:address",)) == [
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


def test_nothing_kept_is_nothing_said():
    assert lines() == []
