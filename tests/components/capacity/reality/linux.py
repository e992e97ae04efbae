"""The Linux gateway, asked for what the simulator is asked for: connections, packets from outside, the table."""

from __future__ import annotations

import errno
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import IPv4Address
from itertools import count
from typing import Final

from nat_egress.capacity.simulator.connections import ABANDONED, FIN, RST, TCP, UDP, UNANSWERED
from nat_egress.capacity.simulator.reference import Request
from nat_egress.capacity.simulator.settings import Gateway
from pyroute2 import Conntrack, NetlinkError
from pyroute2.netlink.nfnetlink.nfctsocket import NFCTAttrTuple

from tests.components.capacity.reality import rules
from tests.components.capacity.reality.network import Network
from tests.components.capacity.reality.places import DESTINATIONS, Row

PORT: Final = 443
"""Of every destination, for both protocols."""
PATIENCE_S: Final = 10.0
"""For what takes a millisecond, or else never comes."""
PROTOCOLS: Final = {socket.IPPROTO_TCP: TCP, socket.IPPROTO_UDP: UDP}
KINDS: Final = {TCP: socket.SOCK_STREAM, UDP: socket.SOCK_DGRAM}
IPV4_PACKETS: Final = 0x0800
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
"""Of linux/tcp.h."""
SEND_QUEUE, REPAIR_OFF, REPAIR_ON = 2, -1, 1
NO_LINGER: Final = struct.pack("ii", 1, 0)
"""Closing sends an RST."""


class Linux:
    """A kernel that translates, with machines and destinations around it, until `stack` is closed."""

    def __init__(self, settings: Gateway, stack: ExitStack) -> None:
        self._stack = stack
        self._network = Network(settings, stack)
        with self._network.internet.entered():
            self._listeners = [self._bound(TCP, address, PORT) for address in DESTINATIONS]
            self._receivers = [self._bound(UDP, address, PORT) for address in DESTINATIONS]
        for listener in self._listeners:
            listener.listen()
        self._taps = [self._tap(machine) for machine in self._network.machines]
        self._clients: dict[int, socket.socket] = {}
        """By the number of the request."""
        self._servers: dict[tuple[int, int, int], socket.socket] = {}
        """The far ends of TCP connections, by destination and translated address and port."""
        self._sequence = count(2**30, -1_000_000)

    def connect(self, request: Request) -> Row | None:
        """Send the first packet; return its translation, None where it got none and was dropped.

        Where it is translated both ends talk over it. A connection with a life of 0 ends then, as the request says.
        """
        refused = self._refused()
        client = self._clients[request.number] = self._client(request)
        if request.protocol == TCP:
            client.connect_ex(_endpoint(request.destination))
        else:
            client.sendto(b"ping", _endpoint(request.destination))
        _until(lambda: self._row(request) or self._refused() > refused, f"a first packet came to nothing: {request}")
        row = self._row(request)
        if row is None or request.end == UNANSWERED:
            client.close()  # or TCP would send its first packet again
            return row
        client.settimeout(PATIENCE_S)
        server = self._far_end(request, row)
        if request.life == 0 and request.protocol == TCP:
            self._end(request, client, server)
        return row

    def again(self, request: Request, row: Row) -> tuple[int, int]:
        """Send another packet over a connection; return the translated address and port that it comes with."""
        client = self._clients[request.number]
        if request.protocol == UDP:
            client.sendto(b"ping", _endpoint(request.destination))
            return self._translated(self._receivers[request.destination].recvfrom(16)[1])
        server = self._servers[row.destination, row.address, row.port]
        client.send(b"ping")
        assert server.recv(16) == b"ping"
        return self._translated(server.getpeername())

    def receive(self, destination: int, protocol: int, address: int, port: int) -> tuple[int, int] | None:
        """Send a packet from a destination to the gateway; return the machine and port that it is let in to, if any."""
        list(self._arrivals())
        dropped, arrived = self._dropped(), []

        def decided() -> bool:
            for kind, sender, machine, to in self._arrivals():
                if (kind, sender) == (protocol, destination):
                    arrived.append((machine, to))
            return bool(arrived) or self._dropped() > dropped

        self._send(destination, protocol, address, port)
        _until(decided, f"a packet to port {port} was neither let in nor dropped")
        return arrived[0] if arrived else None

    def table(self) -> list[Row]:
        with self._network.gateway.entered(), Conntrack() as conntrack:
            entries = list(conntrack.dump_entries())
        return [self._as_row(entry.tuple_orig, entry.tuple_reply) for entry in entries]

    def _as_row(self, first: NFCTAttrTuple, reply: NFCTAttrTuple) -> Row:
        source, destination = int(IPv4Address(first.saddr)), _destination(first.daddr)
        translated = self._translated((reply.daddr, reply.dport))
        return Row(PROTOCOLS[first.proto], source, first.sport, destination, *translated)

    def _row(self, request: Request) -> Row | None:
        destination, port = _endpoint(request.destination)
        protocol = {ours: number for number, ours in PROTOCOLS.items()}[request.protocol]
        source = {"saddr": str(IPv4Address(request.source)), "sport": request.source_port}
        wanted = NFCTAttrTuple(proto=protocol, daddr=destination, dport=port, **source)
        with self._network.gateway.entered(), Conntrack() as conntrack:
            try:
                found = conntrack.entry("get", tuple_orig=wanted)
            except NetlinkError as error:
                if error.code == errno.ENOENT:
                    return None
                raise
        reply = NFCTAttrTuple.from_netlink(socket.AF_INET, found.get_attr("CTA_TUPLE_REPLY"))
        return self._as_row(wanted, reply)

    def _refused(self) -> int:
        """Return how many first packets were dropped since there was no port for them."""
        with self._network.gateway.entered(), Conntrack() as conntrack:
            return sum(processor["insert_failed"] for processor in conntrack.stat())

    def _dropped(self) -> int:
        with self._network.gateway.entered():
            return rules.dropped()

    def _far_end(self, request: Request, row: Row) -> socket.socket:
        """Let both ends talk, which they can only where packets and replies are translated; return the server's."""
        client = self._clients[request.number]
        if request.protocol == UDP:
            server = self._receivers[request.destination]
            received, peer = server.recvfrom(16)
            server.sendto(b"pong", peer)
        else:
            server, peer = self._listeners[request.destination].accept()
            self._keep(server).settimeout(PATIENCE_S)
            self._servers[request.destination, row.address, row.port] = server
            client.send(b"ping")
            received = server.recv(16)
            server.send(b"pong")
        assert (received, client.recv(16)) == (b"ping", b"pong")
        assert self._translated(peer) == (row.address, row.port), "the destination sees what the table says"
        return server

    def _end(self, request: Request, client: socket.socket, server: socket.socket) -> None:
        if request.end == ABANDONED:
            return
        if request.end == RST:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        client.close()
        if request.end == FIN:
            assert server.recv(16) == b""
        server.close()

    def _send(self, destination: int, protocol: int, address: int, port: int) -> None:
        to = (self._network.addresses[address], port)
        if protocol == UDP:
            self._receivers[destination].sendto(b"more", to)
        elif server := self._servers.get((destination, address, port)):
            server.send(b"more")
        else:
            with self._network.internet.entered():
                caller = self._bound(TCP, DESTINATIONS[destination], PORT)
            caller.settimeout(0)
            caller.connect_ex(to)
            caller.close()  # or it would send its first packet again

    def _arrivals(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield protocol, destination, machine and port of each packet that came to a machine since the last look."""
        for tap in self._taps:
            while select.select([tap], [], [], 0)[0]:
                packet = tap.recv(2048)
                sender, machine = packet[12:16], packet[16:20]
                from_port, to_port = struct.unpack_from("!HH", packet, 4 * (packet[0] & 15))
                if from_port == PORT:
                    yield PROTOCOLS[packet[9]], _destination(socket.inet_ntoa(sender)), int.from_bytes(machine), to_port

    def _client(self, request: Request) -> socket.socket:
        machine = str(IPv4Address(request.source))
        with self._network.machines[machine].entered():
            client = self._bound(request.protocol, machine, request.source_port)
        client.settimeout(0)
        if request.protocol == TCP:
            _start_at(client, next(self._sequence))
        return client

    def _bound(self, protocol: int, address: str, port: int) -> socket.socket:
        bound = self._keep(socket.socket(socket.AF_INET, KINDS[protocol]))
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((address, port))
        bound.settimeout(PATIENCE_S)
        return bound

    def _tap(self, machine: str) -> socket.socket:
        """Return a socket that gets every packet that comes to a machine, whoever it is for."""
        with self._network.machines[machine].entered():
            return self._keep(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(IPV4_PACKETS)))

    def _keep(self, one: socket.socket) -> socket.socket:
        self._stack.callback(one.close)
        return one

    def _translated(self, peer: tuple[str, int]) -> tuple[int, int]:
        return self._network.addresses.index(peer[0]), peer[1]


def _start_at(client: socket.socket, sequence: int) -> None:
    """Set the sequence number that a TCP connection starts with, lower for each one.

    Since 6.5 (commit 458972550287) Linux gives the port of a closed connection to a new one with a higher number, where
    there is no other port. With a lower one it keeps the hold, as the simulator does whatever the numbers are.
    """
    for option, value in (
        (TCP_REPAIR, REPAIR_ON),
        (TCP_REPAIR_QUEUE, SEND_QUEUE),
        (TCP_QUEUE_SEQ, sequence),
        (TCP_REPAIR, REPAIR_OFF),
    ):
        client.setsockopt(socket.IPPROTO_TCP, option, value)


def _endpoint(destination: int) -> tuple[str, int]:
    return f"198.51.100.{destination + 1}", PORT


def _destination(address: str) -> int:
    return int(address.rpartition(".")[2]) - 1


def _until(condition: Callable[[], object], otherwise: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.001)
