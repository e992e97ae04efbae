"""What a change of arguments would do to what exists, and which changes are refused with the staged way. Pure.

A component registers what identifies its resources (`gateway_identity`, `network_identity`) as its own inputs. On the
next preview or update the engine hands back the old ones beside the new, before any child is registered.

In an identity every value is concrete ("" where nothing is given); None is a value that is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, TypeAlias

from .problems import Problem

if TYPE_CHECKING:
    from .network_rules import NetworkSpec
    from .rules import GatewaySpec

Identity: TypeAlias = Mapping[str, Any]

_PLACES = {"location": "location", "resourceGroupName": "resource_group_name"}
_GATEWAY_SETTINGS = {"sku": "sku", "zone": "zone", **_PLACES, "name": "gateway_name and generation"}
_ADDRESS_SETTINGS = {"sku": "sku", "length": "length", "zones": "zones", **_PLACES, "name": "name"}
_NETWORK_SETTINGS = {"virtualNetworkId": "virtual_network_id", **_PLACES, "name": "name"}


def gateway_identity(gateway: GatewaySpec) -> dict[str, Any]:
    """Return what tells one NAT gateway, and each of its addresses, from another."""
    return {
        "sku": gateway.sku,
        "zone": gateway.zone or "",
        "location": gateway.location or "",
        "resourceGroupName": gateway.resource_group_name,
        "name": gateway.physical_name or "",
        "generation": gateway.generation,
        "keepsSize": gateway.sizing is not None and not gateway.sizing.release,
        "publicAddresses": {
            spec.argument: {
                "id": spec.id or "",
                "attached": spec.attached,
                "protect": spec.protect,
                "sku": gateway.sku,
                "length": spec.length,
                "zones": list(spec.zones),
                "location": gateway.location or "",
                "resourceGroupName": spec.resource_group_name or gateway.address_resource_group_name,
                "name": spec.name or "",
                "computed": spec.computed,
            }
            for spec in gateway.addresses
        },
    }


def network_identity(network: NetworkSpec) -> dict[str, Any]:
    """Return what tells one virtual network, and each of its subnets, from another."""
    return {
        "virtualNetworkId": network.virtual_network_id or "",
        "location": network.location or "",
        "resourceGroupName": network.resource_group_name or "",
        "name": network.name or "",
        "addressSpace": list(network.address_space),
        "subnets": [
            {"name": subnet.name, "addressPrefix": subnet.address_prefix, "attached": network.attaches(subnet)}
            for subnet in network.subnets
        ],
    }


def gateway_change_problems(old: Identity, new: Identity) -> list[Problem]:
    """Find what keeps a NatEgress from becoming `new`, once it is `old`."""
    return [*_address_replacements(old, new), *_gateway_replacement(old, new), *_shrinking(old, new)]


def network_change_problems(old: Identity, new: Identity) -> list[Problem]:
    """Find what keeps a PrivateNetwork from becoming `new`, once it is `old`."""
    if moved := _changes(old, new, _NETWORK_SETTINGS):
        return [*_network_replacement(old, new, moved)]
    return [*_ranges_given_up(old, new), *_ranges_taken(old, new)]


def _gateway_replacement(old: Identity, new: Identity) -> Iterator[Problem]:
    changes = _changes(old, new, _GATEWAY_SETTINGS)
    if not changes:
        return
    settings, values = _told(changes, old, new, _GATEWAY_SETTINGS)
    if shared := sorted(_on_both(old, new)):
        yield Problem(
            settings,
            values,
            "Azure can't change it, so the gateway is replaced, and until the old one is gone both would need "
            + ", ".join(shared),
            "Do it in two updates: (1) set attached: False on these, add a temporary prefix or address with protect: "
            "False, and make the change; (2) set attached: True again and remove the temporary one.",
        )
    if new.get("name") and old.get("name") == new["name"] and "resourceGroupName" not in changes:
        yield Problem(
            "generation",
            new.get("generation"),
            f"a change of {settings} replaces the gateway, and the new one can't have the name {new['name']} while "
            "the old one has it",
            f"Raise it to {int(new.get('generation') or 1) + 1} in the same update.",
        )


def _address_replacements(old: Identity, new: Identity) -> Iterator[Problem]:
    """Refuse that created addresses which are protected, or in the way of their own successors, are replaced."""
    for argument, before, after in _created_in_both(old, new):
        changes = _changes(before, after, _ADDRESS_SETTINGS)
        if not changes:
            continue
        settings, values = _told(changes, before, after, _ADDRESS_SETTINGS)
        if before.get("protect") or after.get("protect"):
            yield Problem(
                f"{argument} ({settings})",
                values,
                "Azure can't change it, so the public addresses would be replaced by others, and they are protected",
                "Leave it, and add another prefix or address beside it. To give these up, set protect: False on it and "
                "update first.",
            )
        elif after.get("name") and before.get("name") == after["name"] and "resourceGroupName" not in changes:
            yield Problem(
                f"{argument}.name",
                after["name"],
                f"a change of {settings} replaces it, and the new one can't have this name while the old one has it",
                "Change the name in the same update, or remove it to have one generated.",
            )


def _shrinking(old: Identity, new: Identity) -> Iterator[Problem]:
    """Refuse that addresses go because a traffic profile asks for fewer: somebody allows them."""
    before, after = old.get("publicAddresses") or {}, new.get("publicAddresses") or {}
    gone = [argument for argument, entry in before.items() if entry.get("computed") and argument not in after]
    if not gone or not new.get("keepsSize"):
        return
    kept = {argument: entry for argument, entry in before.items() if entry.get("computed")} | dict(after)
    count = sum(_count(entry) for entry in kept.values() if entry.get("attached"))
    yield Problem(
        "capacity",
        f"for {sum(_count(entry) for entry in after.values() if entry.get('attached'))} addresses",
        f"a gateway never shrinks by itself, and {', '.join(gone)} would go, which others may allow",
        f"Set sizing.min_addresses to {count} to keep what there is, or sizing.release to give it up.",
    )


def _count(entry: Identity) -> int:
    return 1 << (32 - int(entry.get("length") or 32))


def _network_replacement(old: Identity, new: Identity, changes: list[str]) -> Iterator[Problem]:
    if not (_any_attached(old) and _any_attached(new)):
        return
    settings, values = _told(changes, old, new, _NETWORK_SETTINGS)
    yield Problem(
        settings,
        values,
        "it puts the subnets into another virtual network, and a NAT gateway serves one only",
        "Make a second PrivateNetwork with a NatEgress of its own, move the machines, and remove the first. Or do it "
        "in two updates, with no way out in between: (1) set egress: False on all subnets; (2) make the change and set "
        "egress: True again.",
    )


def _ranges_given_up(old: Identity, new: Identity) -> Iterator[Problem]:
    """Refuse an address space that leaves out a subnet which is there when the network is updated: before them all."""
    spaces = [IPv4Network(text) for text in new.get("addressSpace") or ()]
    if not spaces:
        return
    for name, network in _ranges(old).items():
        if not any(network.subnet_of(space) for space in spaces):
            yield Problem(
                "address_space",
                new["addressSpace"],
                f"the network is updated before its subnets, and subnet {name} still has {network} then",
                "Do it in two updates: (1) move or remove the subnet; (2) take the range out of address_space.",
            )


def _ranges_taken(old: Identity, new: Identity) -> Iterator[Problem]:
    """Refuse a range that another subnet still has: subnets are written in order, and removed after all of that."""
    taken = _ranges(old)
    for name, network in _ranges(new).items():
        if taken.get(name) != network:
            for other, range_ in taken.items():
                if other != name and range_.overlaps(network):
                    yield Problem(
                        f"subnets[{name!r}].address_prefix",
                        str(network),
                        f"subnet {other} still has {range_} when this one is written; what is removed goes last",
                        f"Do it in two updates: (1) remove or move {other}; (2) make this change. A subnet that is "
                        "renamed is another subnet.",
                    )
            taken[name] = network


def _changes(old: Identity, new: Identity, settings: Iterable[str]) -> list[str]:
    return [setting for setting in settings if changed(setting, old.get(setting), new.get(setting))]


def changed(setting: str, old: object, new: object) -> bool:
    """Tell whether a value changes for Azure. What is not known, or not recorded, is taken as unchanged."""
    if old is None or new is None:
        return False
    if setting == "location":
        return "" not in (old, new) and _folded(old) != _folded(new)
    if setting == "name" and new == "":
        return False  # azure-native keeps the name that a resource has when none is given any more
    if isinstance(old, str) and isinstance(new, str) and setting in ("resourceGroupName", "virtualNetworkId"):
        return old.lower() != new.lower()
    return old != new


def _folded(location: object) -> str:
    return str(location).replace(" ", "").lower()


def _told(changes: list[str], old: Identity, new: Identity, names: Mapping[str, str]) -> tuple[str, str]:
    """Name the settings that change, and what they change from and to."""
    values = (f"{old.get(setting) or 'none'} → {new.get(setting) or 'none'}" for setting in changes)
    return ", ".join(names[setting] for setting in changes), ", ".join(values)


def _created_in_both(old: Identity, new: Identity) -> Iterator[tuple[str, Identity, Identity]]:
    before: Identity = old.get("publicAddresses") or {}
    for argument, after in (new.get("publicAddresses") or {}).items():
        if argument in before and before[argument].get("id") == after.get("id") == "":
            yield argument, before[argument], after


def _on_both(old: Identity, new: Identity) -> Iterator[str]:
    """Name the addresses that are on the gateway before and after, and are the same addresses."""
    for argument, before, after in _created_in_both(old, new):
        if before.get("attached") and after.get("attached") and not _changes(before, after, _ADDRESS_SETTINGS):
            yield argument
    adopted = {_adopted_id(entry) for entry in (old.get("publicAddresses") or {}).values()} - {""}
    for argument, entry in (new.get("publicAddresses") or {}).items():
        if _adopted_id(entry) in adopted:
            yield argument


def _adopted_id(entry: Identity) -> str:
    """Return the id of an address that is adopted and attached, in a form that can be compared."""
    return str(entry.get("id") or "").rstrip("/").lower() if entry.get("attached") else ""


def _any_attached(identity: Identity) -> bool:
    return any(subnet.get("attached") for subnet in identity.get("subnets") or ())


def _ranges(identity: Identity) -> dict[str, IPv4Network]:
    return {subnet["name"]: IPv4Network(subnet["addressPrefix"]) for subnet in identity.get("subnets") or ()}
