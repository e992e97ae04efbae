"""What the stack tells of its machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from nat_egress import NatEgress, PrivateMachine, PrivateNetwork
from nat_egress.ways_out import WayOut
from pulumi import Output

T = TypeVar("T")


def machine_outputs(
    machines: Mapping[str, PrivateMachine], subnets: Mapping[str, str], network: PrivateNetwork, egress: NatEgress
) -> Output[dict[str, dict[str, object]]]:
    """Return each machine's place, its way out, and the addresses that the internet sees.

    `subnets` has the name of the subnet that the machines of a name are in.
    """
    return merged(_told(machine, subnets[name], network, egress) for name, machine in machines.items())


def capacity_output(egress: NatEgress) -> dict[str, object] | None:
    """Return how the gateway's size compares with its traffic profile, None without one."""
    if not egress.capacity:
        return None
    found = egress.capacity
    (binding,) = (limit for limit in found["limits"] if limit["name"] == found["binding"])
    return {
        "addressesNeeded": found["addresses"],
        "addressesDeployed": found["addresses_deployed"],
        "enough": found["enough"],
        "binding": found["binding"],
        "room": round(binding["room"], 4),
    }


def merged(parts: Iterable[Output[dict[str, T]]]) -> Output[dict[str, T]]:
    """Return one mapping of several."""
    return Output.all(*parts).apply(lambda found: {key: value for part in found for key, value in part.items()})


def _told(
    machine: PrivateMachine, subnet: str, network: PrivateNetwork, egress: NatEgress
) -> Output[dict[str, dict[str, object]]]:
    def tell(known: dict[str, dict[str, str]], addresses: list[str]) -> dict[str, dict[str, object]]:
        way = known["ways_out"][subnet]
        return {
            key: {
                "subnet": subnet,
                "zone": known["zones"][key],
                "privateAddress": private_address,
                "wayOut": way,
                "outboundAddresses": addresses if way == WayOut.NAT_GATEWAY else [],
                "inboundOnlyAddress": known["inbound"].get(key, ""),
            }
            for key, private_address in known["private"].items()
        }

    known = Output.all(
        ways_out=network.ways_out,
        zones=machine.zones,
        private=machine.private_addresses,
        inbound=machine.inbound_only_addresses,
    )
    return Output.all(known, egress.addresses).apply(lambda both: tell(*both))
