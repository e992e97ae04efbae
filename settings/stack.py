"""All settings of a stack, and the arguments of the components that they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from nat_egress import BastionHostArgs, EgressAlertsArgs, NatEgressArgs, PrivateMachineArgs, PrivateNetworkArgs
from nat_egress.gateway import read_gateway
from pulumi import Input
from pydantic import Field

from .alerts import Alerts
from .egress import Egress
from .machines import Bastion, Logins, Machine
from .model import Model, ResourceGroup, Tags
from .network import Network

if TYPE_CHECKING:
    from nat_egress.capacity import Answer


class Settings(Model):
    """All settings of a stack."""

    location: str
    """The Azure region; also taken from `azure-native:location`."""
    tags: Tags = Field(default_factory=dict)
    resource_group: ResourceGroup = ResourceGroup()
    network: Network
    egress: Egress
    capacity: dict[str, Any] | str | None = None
    """The traffic that the gateway is to carry: a profile, or the path of a YAML file with one."""
    logins: Logins = Logins()
    machines: dict[str, Machine] = Field(default_factory=dict)
    bastion: Bastion | None = None
    alerts: Alerts | None = None

    def egress_args(self, group: Input[str], address_group: Input[str]) -> NatEgressArgs:
        """Return the arguments of the gateway, in `group`, with created addresses in `address_group`."""
        given = self.egress.model_dump(exclude_none=True, exclude={"address_resource_group"})
        if self.capacity is not None:
            given["capacity"] = self.capacity
        places = {"resource_group_name": group, "address_resource_group_name": address_group}
        return cast(NatEgressArgs, given | places | {"location": self.location, "tags": self.tags})

    def network_args(self, group: Input[str], gateway_id: Input[str]) -> PrivateNetworkArgs:
        """Return the arguments of the network, in `group`, behind the gateway."""
        given = self.network.model_dump(exclude_none=True)
        places = {"resource_group_name": group, "gateway_id": gateway_id}
        return cast(PrivateNetworkArgs, given | places | {"location": self.location, "tags": self.tags})

    def machine_args(self, name: str, group: Input[str], subnet_id: Input[str]) -> PrivateMachineArgs:
        """Return the arguments of the machines called `name`, in `group` and in a subnet."""
        machine = self.machines[name]
        given = machine.model_dump(exclude_none=True, exclude={"subnet"})
        logins = self.logins.model_dump(
            exclude_none=True, exclude={"ssh_public_keys"} if machine.os == "Windows" else set()
        )
        places = {"resource_group_name": group, "subnet_id": subnet_id}
        return cast(PrivateMachineArgs, logins | given | places | {"location": self.location, "tags": self.tags})

    def bastion_args(self, group: Input[str], network_id: Input[str]) -> BastionHostArgs:
        """Return the arguments of the Bastion host, in `group`, with a subnet in a network."""
        given = self.bastion.model_dump(exclude_none=True) if self.bastion else {}
        places = {"resource_group_name": group, "virtual_network_id": network_id}
        return cast(BastionHostArgs, given | places | {"location": self.location, "tags": self.tags})

    def alerts_args(self, group: Input[str], gateway_id: Input[str]) -> EgressAlertsArgs:
        """Return the arguments of the alerts, in `group`, of a gateway with the addresses of these settings."""
        given = self.alerts.model_dump(exclude_none=True) if self.alerts else {}
        gateway = read_gateway("the gateway", self.egress_args(group, group))
        watched = {"gateway_id": gateway_id, "address_count": gateway.address_count}
        places = {"resource_group_name": group, "location": self.location, "tags": self.tags}
        return cast(EgressAlertsArgs, _from_profile(gateway.answer) | given | watched | places)


def _from_profile(answer: Answer | None) -> dict[str, float]:
    """Return what a traffic profile says of the thresholds; the stack file may say otherwise."""
    if answer is None:
        return {}
    attempts = {"attempts_per_minute": answer.attempts_per_s * 60} if answer.attempts_per_s else {}
    return {"busiest_share": answer.busiest_share, **attempts}
