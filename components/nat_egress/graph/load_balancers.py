"""Load balancers: their front ends, pools and rules, whether declared inside or as resources of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final

from . import kinds
from .graph import Graph
from .interfaces import Interface, IpConfiguration
from .public_addresses import PUBLIC, Seen, address_at
from .references import Reference, arm_id, reference
from .resource import Declared
from .values import MISSING, UNKNOWN, Flag, Text, Value, flag, items, number, peek, same, unnested, word


class RuleKind(Enum):
    """What a rule of a load balancer does. The values are the words for it."""

    LOAD_BALANCING = "load balancing rule"
    INBOUND_NAT = "inbound NAT rule"
    INBOUND_NAT_POOL = "inbound NAT pool"
    OUTBOUND = "outbound rule"


@dataclass(frozen=True)
class Rule:
    """A rule of a load balancer."""

    resource: Declared
    """What declares it: a load balancer, or the rule itself."""
    kind: RuleKind
    name: str
    node: Value
    front_ends: tuple[Reference, ...]
    pools: tuple[Reference, ...]

    @property
    def lets_in(self) -> bool:
        """Whether it leads connections in."""
        return self.kind is not RuleKind.OUTBOUND

    @property
    def lets_out(self) -> Flag:
        """Whether what it leads to may open connections by the addresses of its front ends.

        Those of a load balancing rule are used too, where it does not say otherwise (`disableOutboundSnat`,
        azure-rest-api-specs, Microsoft.Network 2024-05-01).
        """
        if self.kind is RuleKind.LOAD_BALANCING:
            disabled = flag(self.node, "disableOutboundSnat")
            return UNKNOWN if disabled is UNKNOWN else disabled is not True
        return self.kind is RuleKind.OUTBOUND


@dataclass(frozen=True)
class Member:
    """What a rule leads to."""

    name: str
    interface: Interface | None
    """Its network interface, None where a pool names an address alone."""
    certain: bool
    """Whether it is in the pool of the rule, and not in one of several."""


@dataclass(frozen=True)
class LoadBalancer:
    """A load balancer."""

    resource: Declared
    public: dict[str, Flag]
    """Whether each front end is public, by name in small letters."""
    public_ipv4: dict[str, Flag]
    """Whether it is over IPv4."""
    rules: tuple[Rule, ...]

    def is_public(self, rule: Rule) -> Flag:
        """Tell whether the internet reaches the front end of a rule; UNKNOWN where it may be one of several."""
        return _at_ends(rule, self.public)

    def lets_out(self, rule: Rule) -> Flag:
        """Tell whether what a rule leads to may open connections to the internet over IPv4."""
        answers = (rule.lets_out, _at_ends(rule, self.public_ipv4))
        return False if False in answers else UNKNOWN if UNKNOWN in answers else True

    @property
    def is_standard(self) -> Flag:
        """Whether its SKU is Standard; where none is said, Azure takes Basic, which is retired."""
        sku = peek(self.resource.inputs, "sku", "name")
        return UNKNOWN if sku is UNKNOWN else same(sku, "Standard")


@dataclass(frozen=True)
class _Join:
    """A network interface that names a part of a load balancer as what it belongs to."""

    interface: Interface
    configuration: IpConfiguration
    part: str
    """Which kind of part, one of `_PARTS`."""
    name: Text
    certain: bool
    """Whether it is that load balancer, and not one of several."""


@dataclass(frozen=True)
class Leading:
    """A rule that leads to an interface."""

    balancer: LoadBalancer
    rule: Rule
    certain: bool
    """Whether the interface is in the pool of the rule, and not in one of several."""

    @property
    def steps(self) -> tuple[str, str]:
        """What it is in words, from the internet on."""
        return steps(self.balancer, self.rule)


def steps(balancer: LoadBalancer, rule: Rule) -> tuple[str, str]:
    """Name a load balancer and its rule for a path, from the internet on."""
    port = number(rule.node, "backendPort")
    ports = f", port {port}" if isinstance(port, int) else ""
    return f"load balancer {balancer.resource.name}", f"{rule.kind.value} {rule.name}{ports}"


class LoadBalancers:
    """All load balancers of a stack, with what they lead to."""

    def __init__(self, graph: Graph, interfaces: Iterable[Interface]) -> None:
        self._graph = graph
        self.all = [_read(graph, one) for one in graph.of(kinds.LOAD_BALANCER)]
        self._joins: defaultdict[str, list[_Join]] = defaultdict(list)
        for interface in interfaces if self.all else ():
            for configuration in interface.configurations:
                for part, where in joined(configuration):
                    self._join(interface, configuration, part, where)

    @cached_property
    def _leading(self) -> dict[int, list[Leading]]:
        found: defaultdict[int, list[Leading]] = defaultdict(list)
        for balancer in self.all:
            for rule in balancer.rules:
                for member in self.members(balancer, rule):
                    found[id(member.interface)].append(Leading(balancer, rule, member.certain))
        return found

    @cached_property
    def _letting_out(self) -> dict[int, list[Leading]]:
        found: defaultdict[int, list[Leading]] = defaultdict(list)
        for balancer in self.all:
            for rule in (one for one in balancer.rules if balancer.lets_out(one) is not False):
                pools = {_last(one) for one in rule.pools}
                for join in self._joins[balancer.resource.urn] if pools else ():
                    answer = self._among(balancer, join, pools) if join.part == _POOL else False
                    if answer is not False:
                        certain = answer is True and join.certain
                        found[id(join.configuration)].append(Leading(balancer, rule, certain))
        return found

    def letting_out(self, configuration: IpConfiguration) -> list[Leading]:
        """Return the rules that let the pools of an IP configuration out, or may."""
        return self._letting_out.get(id(configuration), [])

    def leading_to(self, interface: Interface) -> list[Leading]:
        """Return the rules that lead to an interface, or may."""
        return self._leading.get(id(interface), [])

    def addresses(self, balancer: LoadBalancer, rule: Rule, *, over: dict[str, Flag] | None = None) -> Seen:
        """Return the addresses of the public front ends of a rule, or of those that `over` does not rule out."""
        names = {_last(where) for where in rule.front_ends}
        ends = [unnested(node) for node in items(balancer.resource.inputs, _FRONT_ENDS)]
        ends = [one for one in ends if (over or {}).get(_name(one), UNKNOWN) is not False]
        named = [one for one in ends if _name(one) in names]
        # Which front end it is is not known: it is the only one, or nobody can tell.
        found = named if UNKNOWN not in names else ends if len(ends) == 1 else []
        where = [reference(balancer.resource, _FRONT_ENDS, node, key) for node in found for key in _PUBLIC_KEYS]
        return tuple(address_at(self._graph, one) for one in where if one.given) or (UNKNOWN,)

    def members(self, balancer: LoadBalancer, rule: Rule) -> list[Member]:
        """Return what a rule leads to, or may lead to."""
        pools = {_last(one) for one in rule.pools}
        own: set[Text] = {rule.name.lower()}
        found: dict[int, Member] = {}
        for join in self._joins[balancer.resource.urn]:
            names = pools if join.part == _POOL else own if join.part == _OWN_PART.get(rule.kind) else set()
            answer = self._among(balancer, join, names) if names else False
            if answer is not False:
                before = found.get(id(join.interface))
                certain = (answer is True and join.certain) or (before is not None and before.certain)
                found[id(join.interface)] = Member(join.interface.name, join.interface, certain)
        return [*found.values(), *self._addresses(balancer, rule)]

    def _join(self, interface: Interface, configuration: IpConfiguration, part: str, where: Reference) -> None:
        graph = self._graph
        targets = graph.follow(where, kinds.LOAD_BALANCER, kinds.BACKEND_POOL, kinds.INBOUND_NAT_RULE).targets
        for target in targets:
            if target.resource.kind == kinds.LOAD_BALANCER:
                join = _Join(interface, configuration, part, target.part(part), len(targets) == 1)
                self._joins[target.resource.urn].append(join)
                continue
            parents = graph.parents(target.resource, kinds.LOAD_BALANCER)
            for parent in parents:
                certain = len(targets) == len(parents) == 1
                join = _Join(interface, configuration, part, target.resource.azure_name.lower(), certain)
                self._joins[parent.urn].append(join)

    def _among(self, balancer: LoadBalancer, join: _Join, names: set[Text]) -> Flag:
        """Tell whether an interface belongs to one of the parts `names` of a load balancer."""
        if isinstance(join.name, str):
            if join.name in names:
                return True
            if UNKNOWN not in names:
                return False
        # Which one is not known: certain only where the load balancer has no other.
        return True if len(self._parts(balancer, join.part)) == 1 else UNKNOWN

    def _parts(self, balancer: LoadBalancer, part: str) -> set[str]:
        key, separate = _PARTS[part]
        inline = {word(peek(one, "name"), "?").lower() for one in items(balancer.resource.inputs, key)}
        own = self._graph.children(balancer.resource, separate) if separate else []
        return inline | {one.azure_name.lower() for one in own}

    def _addresses(self, balancer: LoadBalancer, rule: Rule) -> Iterator[Member]:
        """Yield the pools of a rule that name addresses instead of network interfaces."""
        names = {_last(one) for one in rule.pools}
        separate = self._graph.children(balancer.resource, kinds.BACKEND_POOL)
        pools = [
            *((word(peek(one, "name"), ""), one) for one in map(unnested, items(balancer.resource.inputs, _POOLS))),
            *((one.azure_name, one.inputs) for one in separate),
        ]
        for name, node in pools:
            among = name.lower() in names
            if (among or not all(isinstance(one, str) for one in names)) and names:
                for address in items(node, "loadBalancerBackendAddresses"):
                    shown = word(peek(unnested(address), "ipAddress"), word(peek(address, "name"), "an address"))
                    yield Member(shown, None, certain=among or len(pools) == 1)


def joined(configuration: IpConfiguration) -> Iterator[tuple[str, Reference]]:
    """Yield the parts of load balancers that an IP configuration names, each with its kind."""
    yield from ((_POOL, one) for one in configuration.pools)
    yield from (("inboundnatrules", one) for one in configuration.nat_rules)
    yield from (("inboundnatpools", one) for one in configuration.nat_pools)


_FRONT_ENDS: Final = "frontendIPConfigurations"
_PUBLIC_KEYS: Final = ("publicIPAddress", "publicIPPrefix")
_POOLS: Final = "backendAddressPools"
_POOL: Final = _POOLS.lower()
_OWN_PART: Final = {RuleKind.INBOUND_NAT: "inboundnatrules", RuleKind.INBOUND_NAT_POOL: "inboundnatpools"}
"""The parts by which an interface names a rule itself, not its pool."""
_PARTS: Final = {
    _POOL: (_POOLS, kinds.BACKEND_POOL),
    "inboundnatrules": ("inboundNatRules", kinds.INBOUND_NAT_RULE),
    "inboundnatpools": ("inboundNatPools", ""),
}
"""The inputs that hold the parts of a load balancer, and the kind that they have as resources of their own."""

_RULES: Final = (
    ("loadBalancingRules", RuleKind.LOAD_BALANCING),
    ("inboundNatRules", RuleKind.INBOUND_NAT),
    ("inboundNatPools", RuleKind.INBOUND_NAT_POOL),
    ("outboundRules", RuleKind.OUTBOUND),
)


def _read(graph: Graph, resource: Declared) -> LoadBalancer:
    ends = [unnested(node) for node in items(resource.inputs, _FRONT_ENDS)]
    public = {_name(node): _public(node) for node in ends}
    public_ipv4 = {_name(node): _over_ipv4(graph, resource, node) for node in ends}
    inline = [
        _rule(resource, key, kind, unnested(node)) for key, kind in _RULES for node in items(resource.inputs, key)
    ]
    separate = [_separate(one) for one in graph.children(resource, kinds.INBOUND_NAT_RULE)]
    return LoadBalancer(resource, public, public_ipv4, (*inline, *separate))


def _public(node: Value) -> Flag:
    if not isinstance(node, dict):
        return UNKNOWN
    return any(peek(node, key) is not MISSING for key in _PUBLIC_KEYS)


def _over_ipv4(graph: Graph, resource: Declared, node: Value) -> Flag:
    """Tell whether a front end is public over IPv4; an address of another stack is taken to be."""
    if (public := _public(node)) is not True:
        return public
    wheres = [reference(resource, _FRONT_ENDS, node, key) for key in _PUBLIC_KEYS]
    found = [target.resource for where in wheres for target in graph.follow(where, *PUBLIC).targets]
    answers = {not same(peek(one.inputs, "publicIPAddressVersion"), "IPv6") for one in found}
    return UNKNOWN if len(answers) > 1 else False not in answers


def _name(node: Value) -> str:
    return word(peek(node, "name"), "?").lower()


def _rule(resource: Declared, key: str, kind: RuleKind, node: Value) -> Rule:
    return Rule(
        resource,
        kind,
        word(peek(node, "name"), "its rule"),
        node,
        tuple(_references(resource, key, node, "frontendIPConfiguration", "frontendIPConfigurations")),
        tuple(_references(resource, key, node, "backendAddressPool", "backendAddressPools")),
    )


def _separate(resource: Declared) -> Rule:
    ends = reference(resource, "frontendIPConfiguration", resource.inputs, "frontendIPConfiguration")
    pool = reference(resource, "backendAddressPool", resource.inputs, "backendAddressPool")
    name = resource.azure_name
    return Rule(resource, RuleKind.INBOUND_NAT, name, resource.inputs, (ends,), (pool,) if pool.given else ())


def _references(resource: Declared, key: str, node: Value, one: str, several: str) -> Iterator[Reference]:
    single = reference(resource, key, node, one)
    if single.given:
        yield single
    if node is not UNKNOWN:
        yield from (reference(resource, key, item) for item in items(node, several))


def _last(where: Reference) -> Text:
    """Return the name of a part of a load balancer, in small letters: the last word of its id."""
    if not isinstance(where.id, str):
        return where.id
    if where.id.startswith("$self/"):
        # Of the resource that says it (pulumi-azure-native, pull request 2478, 2023-06).
        return where.id.rpartition("/")[2].lower()
    found = arm_id(where.id)
    return found.path[-1] if found else UNKNOWN


def _at_ends(rule: Rule, answers: Mapping[str, Flag]) -> Flag:
    """Tell what holds of one front end of a rule at least, by what holds of each by name."""
    found: list[Flag] = []
    for where in rule.front_ends:
        name = _last(where)
        found += [answers.get(name, UNKNOWN)] if isinstance(name, str) else [_all(answers.values())]
    return True if True in found else UNKNOWN if UNKNOWN in found or not found else False


def _all(answers: Iterable[Flag]) -> Flag:
    found = set(answers)
    return UNKNOWN if len(found) > 1 or UNKNOWN in found else True in found
