"""What Azure would refuse of a stack, in the words of the stack file, before anything is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial

from nat_egress import InvalidArguments, Problem
from nat_egress.alert_args import read_alerts
from nat_egress.bastion import read_bastion
from nat_egress.gateway import read_gateway
from nat_egress.machine_args import read_machine
from nat_egress.network import read_network
from nat_egress.network_rules import NetworkSpec
from nat_egress.rules import GatewaySpec

from .messages import as_setting
from .places import bastion_problems, machine_problems
from .stack import Settings

_GROUP = "/subscriptions/s/resourceGroups/g"
_GATEWAY = f"{_GROUP}/providers/Microsoft.Network/natGateways/n"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/v"


def problems_with_azure(stack: Settings, project: str, today: date) -> Iterator[str]:
    """Say everything that the components and Azure would refuse, a line each."""
    understood: dict[str, object] = {}
    for setting, read in _readers(stack, today):
        yield from _understand(f"{project}:{setting}", setting, read, understood)
    if isinstance(network := understood.get("network"), NetworkSpec):
        problems = [*machine_problems(stack.machines, network), *bastion_problems(stack.bastion, network)]
        yield from (f"  - {project}:{problem}" for problem in problems)
    if stack.alerts and isinstance(gateway := understood.get("egress"), GatewaySpec):
        if gateway.attached:
            args = stack.alerts_args("a-resource-group", _GATEWAY)
            yield from _understand(f"{project}:alerts", "alerts", partial(read_alerts, "", args), understood)
        else:
            rule = "the gateway has no public address, and so no traffic to watch"
            yield f"  - {project}:{Problem('alerts', 'given', rule, 'Add a prefix or an address to egress.')}"


def _understand(where: str, setting: str, read: Callable[[], object], understood: dict[str, object]) -> Iterator[str]:
    """Add what `read` returns to what is `understood`, or say what it refuses."""
    try:
        understood[setting] = read()
    except InvalidArguments as refused:
        yield from _lines(where, refused.problems)


def _readers(stack: Settings, today: date) -> Iterator[tuple[str, Callable[[], object]]]:
    """Pair each part of the stack file with what understands its arguments, or refuses them."""
    group = stack.resource_group.existing or stack.resource_group.name or "a-resource-group"
    yield "egress", partial(read_gateway, "", stack.egress_args(group, group))
    yield "network", partial(read_network, "", stack.network_args(group, _GATEWAY))
    for name, machine in stack.machines.items():
        args = stack.machine_args(name, group, f"{_NETWORK}/subnets/{machine.subnet}")
        yield f"machines.{name}", partial(read_machine, "", name, args, today)
    if stack.bastion:
        yield "bastion", partial(read_bastion, "", stack.bastion_args(group, _NETWORK))


def _lines(setting: str, problems: Iterable[Problem]) -> Iterator[str]:
    for problem in problems:
        if problem.argument.startswith("capacity: "):  # in a file of its own, whose words it has
            yield f"  - {_beside(setting, str(problem))}"
        elif problem.argument.startswith("capacity"):
            yield f"  - {_beside(setting, as_setting(str(problem)))}"
        else:
            link = ": " if problem.argument.startswith("the ") else "."
            yield f"  - {setting}{link}{as_setting(str(problem))}"


def _beside(setting: str, name: str) -> str:
    """Name what stands beside `setting` in the stack file, though the component takes it with the rest."""
    return f"{setting.rpartition(':')[0]}:{name}"
