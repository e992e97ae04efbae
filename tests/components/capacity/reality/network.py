"""Two private machines, a Linux gateway and an internet, each in a namespace of its own, wired to nothing else."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from nat_egress.capacity.simulator.settings import Gateway
from pyroute2 import IPRoute

from tests.components.capacity.reality import rules
from tests.components.capacity.reality.namespaces import Namespace
from tests.components.capacity.reality.places import DESTINATIONS, MACHINES

INTERNET: Final = "203.0.113.254"
"""Of RFC 5737, as all that is outside."""


class Network:
    """The four namespaces, the gateway set as the simulator is. They end with `stack`, or else with the process."""

    def __init__(self, settings: Gateway, stack: ExitStack) -> None:
        self.addresses = [f"203.0.113.{1 + n}" for n in range(settings.addresses)]
        self.gateway = stack.enter_context(Namespace())
        self.internet = stack.enter_context(Namespace())
        self.machines = {machine: stack.enter_context(Namespace()) for machine in MACHINES}
        self._wire()
        self._set(settings)

    def _wire(self) -> None:
        with self.gateway.entered(), IPRoute() as links:
            for n, (machine, namespace) in enumerate(self.machines.items()):
                _cable(links, f"inside{n}", namespace)
                _up(links, f"inside{n}", f"{_router(machine)}/24")
            _cable(links, "outside", self.internet)
            _up(links, "outside", *(f"{address}/24" for address in self.addresses))
            links.route("add", dst="198.51.100.0/24", gateway=INTERNET)
        for machine, namespace in self.machines.items():
            with namespace.entered(), IPRoute() as links:
                _up(links, "eth0", f"{machine}/24")
                links.route("add", dst="default", gateway=_router(machine))
        with self.internet.entered(), IPRoute() as links:
            _up(links, "eth0", f"{INTERNET}/24", *(f"{address}/32" for address in DESTINATIONS))

    def _set(self, settings: Gateway) -> None:
        self.gateway.set("ipv4/ip_forward", 1)
        with self.gateway.entered():
            rules.translate(settings, self.addresses)
        for timer, seconds in {
            "tcp_timeout_time_wait": settings.fin_hold_s,
            "tcp_timeout_close": settings.rst_hold_s,
            "tcp_timeout_syn_sent": settings.half_open_s,
            "tcp_timeout_established": settings.idle_timeout_s,
            # Linux can't tell the end of a UDP exchange from silence: one timer for both.
            "udp_timeout": settings.udp_hold_s,
            "udp_timeout_stream": settings.udp_hold_s,
        }.items():
            self.gateway.set(f"netfilter/nf_conntrack_{timer}", int(seconds))


def _router(machine: str) -> str:
    return machine.rpartition(".")[0] + ".1"


def _cable(links: IPRoute, name: str, other_end: Namespace) -> None:
    links.link("add", ifname=name, kind="veth", peer={"ifname": "eth0", "net_ns_fd": other_end.descriptor})


def _up(links: IPRoute, name: str, *addresses: str) -> None:
    (index,) = links.link_lookup(ifname=name)
    for address in addresses:
        links.addr("add", index=index, address=address)
    links.link("set", index=index, state="up")
