"""Stacks to be drawn: each way out and in, names that mean harm, many of everything, and what is not known."""

from __future__ import annotations

from nat_egress.graph.declare import declare
from nat_egress.graph.network import Network
from nat_egress.graph.resource import Declared
from nat_egress.graph.values import UNKNOWN

GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
HOSTILE = [
    "<script>alert(1)</script>",
    '"&',
    "</title></svg><img src=x onerror=alert(1)>",
    "'; alert(1); //",
    "]]>-->",
    'a\\N\\l\\"b',
    "#quot;] --> evil[x",
    "%%{init: {'securityLevel': 'loose'}}%%",
    "end\nsubgraph x",
    "`**bold**`",
    "{{shape}}|label|",
    "W" * 300,
    "\x00\x1b[31m\ud800",
    "名前 ünïcödé 🚪",
    "javascript:alert(1)",
    "&amp;&#60;b&#62;",
]
"""Names that would be markup, code or syntax of another kind wherever they were written as they are."""


def urn(kind, name):
    module = "compute" if kind.startswith("VirtualMachine") else "network"
    return f"urn:pulumi:dev::shop::azure-native:{module}:{kind}::{name}"


def made(kind, name, inputs, *, outputs=None, depends=None, named=True) -> Declared:
    keys = {
        "VirtualNetwork": "virtualNetworkName",
        "Subnet": "subnetName",
        "NatGateway": "natGatewayName",
        "PublicIPAddress": "publicIpAddressName",
        "PublicIPPrefix": "publicIpPrefixName",
        "NetworkInterface": "networkInterfaceName",
        "LoadBalancer": "loadBalancerName",
        "RouteTable": "routeTableName",
        "BastionHost": "bastionHostName",
        "AzureFirewall": "azureFirewallName",
        "ApplicationGateway": "applicationGatewayName",
        "VirtualMachine": "vmName",
        "VirtualMachineScaleSet": "vmScaleSetName",
        "PrivateEndpoint": "privateEndpointName",
    }
    at = urn(kind, name)
    own = {keys[kind]: name} if named else {keys[kind]: UNKNOWN}
    return declare(
        at,
        at.split("::")[2],
        {"resourceGroupName": "rg", **own, **inputs},
        outputs=outputs,
        property_dependencies={key: [urn(*one) for one in ones] for key, ones in (depends or {}).items()},
    )


def to(kind, name):
    return {"id": f"{GROUP}/{kind}/{name}"}


def network(name="net", space="10.0.0.0/16", **inputs):
    return made("VirtualNetwork", name, {"addressSpace": {"addressPrefixes": [space]}, **inputs})


def subnet(name, number=0, net="net", *, third=None, **inputs):
    prefix = f"10.0.{number}.0/24" if third is None else f"10.{third}.{number}.0/24"
    given = {"virtualNetworkName": net, "addressPrefix": prefix, "defaultOutboundAccess": False}
    return made("Subnet", name, {**given, **inputs})


def behind(gateway="egress"):
    return {"natGateway": to("natGateways", gateway)}


def routed(table):
    return {"routeTable": to("routeTables", table)}


def gateway(name="egress", ip="192.0.2.1", sku="Standard", **inputs):
    listed = {"publicIpAddresses": [to("publicIPAddresses", f"{name}-ip")]} if ip else {}
    parts = [made("NatGateway", name, {"sku": {"name": sku}, **listed, **inputs})]
    return [*parts, address(f"{name}-ip", ip)] if ip else parts


def address(name, ip):
    return made("PublicIPAddress", name, {}, outputs={"ipAddress": ip} if ip is not UNKNOWN else None)


def table(name, *routes):
    listed = [
        {"name": f"r{number}", "addressPrefix": prefix, "nextHopType": hop, "nextHopIpAddress": via}
        for number, (prefix, hop, via) in enumerate(routes)
    ]
    return made("RouteTable", name, {"routes": listed})


def machine(name, subnet_name, net="net", *, private=None, ip=None, **configuration):
    one = {"name": "primary", "subnet": to("virtualNetworks", f"{net}/subnets/{subnet_name}"), **configuration}
    parts = []
    if ip is not None:
        parts.append(address(f"{name}-ip", ip))
        one["publicIPAddress"] = to("publicIPAddresses", f"{name}-ip")
    seen = [{"name": "primary", "privateIPAddress": private}] if private else []
    parts.append(
        made("NetworkInterface", f"{name}-nic", {"ipConfigurations": [one]}, outputs={"ipConfigurations": seen})
    )
    interfaces = {"networkInterfaces": [to("networkInterfaces", f"{name}-nic")]}
    return [*parts, made("VirtualMachine", name, {"networkProfile": interfaces})]


def balancer(name, *, public="203.0.113.9", inward=True):
    own = f"{GROUP}/loadBalancers/{name}"
    front = {"name": "front", **({"publicIPAddress": to("publicIPAddresses", f"{name}-ip")} if public else {})}
    to_front, to_pool = {"id": f"{own}/frontendIPConfigurations/front"}, {"id": f"{own}/backendAddressPools/pool"}
    inputs = {
        "frontendIPConfigurations": [front],
        "backendAddressPools": [{"name": "pool"}],
        "loadBalancingRules": [
            {
                "name": "https",
                "frontendIPConfiguration": to_front,
                "backendAddressPool": to_pool,
                "backendPort": 443,
                "disableOutboundSnat": True,
            }
        ],
        "outboundRules": [{"name": "out", "frontendIPConfigurations": [to_front], "backendAddressPool": to_pool}],
    }
    if not inward:
        del inputs["loadBalancingRules"]
    return [made("LoadBalancer", name, inputs), *([address(f"{name}-ip", public)] if public else [])]


def pooled(name):
    return {"loadBalancerBackendAddressPools": [{"id": f"{GROUP}/loadBalancers/{name}/backendAddressPools/pool"}]}


def everything():
    """Return a stack with each way out, and each way in, that the graph knows."""
    far = f"{GROUP.replace('rg', 'hub')}/virtualNetworks/hub/subnets/shared"
    return [
        network(),
        *gateway(sku="StandardV2", zones=["1"]),
        *gateway("spare", "192.0.2.7"),
        *gateway("bare", ip=None),
        subnet("web", 0, **behind()),
        *(one for number in range(12) for one in machine(f"web-{number}", "web", private=f"10.0.0.{4 + number}")),
        *machine("open", "web", ip="203.0.113.20", private="10.0.0.99"),
        subnet("functions", 1, **behind(), delegations=[{"name": "d", "serviceName": "Microsoft.Web/serverFarms"}]),
        subnet("data", 2),
        *machine("db-1", "data", private="10.0.2.4"),
        *machine("db-2", "data"),
        table("to-nva", ("0.0.0.0/0", "VirtualAppliance", "10.0.9.4"), ("198.51.100.0/24", "Internet", None)),
        subnet("inspected", 3, **routed("to-nva"), **behind()),
        *machine("app", "inspected", private="10.0.3.4"),
        subnet("nva", 9, **behind()),
        *machine("nva", "nva", private="10.0.9.4"),
        table("to-premises", ("0.0.0.0/0", "VirtualNetworkGateway", None)),
        subnet("premises", 4, **routed("to-premises")),
        table("halves", ("0.0.0.0/1", "VirtualAppliance", "10.0.9.4"), ("128.0.0.0/1", "VirtualNetworkGateway", None)),
        subnet("halves", 5, **routed("halves")),
        subnet("elsewhere", 6, routeTable={"id": f"{GROUP.replace('rg', 'hub')}/routeTables/rt"}),
        subnet("legacy", 7, defaultOutboundAccess=True),
        *machine("old", "legacy"),
        subnet("dmz", 8),
        *(one for n in range(3) for one in machine(f"edge-{n}", "dmz", ip=f"203.0.113.{n}", private=f"10.0.8.{4 + n}")),
        subnet("balanced", 10),
        *balancer("lb"),
        *(one for n in range(2) for one in machine(f"pool-{n}", "balanced", **pooled("lb"))),
        subnet("AzureBastionSubnet", 20),
        address("bastion-ip", "203.0.113.60"),
        made("BastionHost", "bastion", {"ipConfigurations": [_in("AzureBastionSubnet", "bastion-ip")]}),
        subnet("AzureFirewallSubnet", 21),
        address("fw-ip", "203.0.113.61"),
        made("AzureFirewall", "fw", {"ipConfigurations": [_in("AzureFirewallSubnet", "fw-ip")]}),
        subnet("ingress", 22),
        address("agw-ip", "203.0.113.62"),
        made(
            "ApplicationGateway",
            "agw",
            {
                "gatewayIPConfigurations": [{"name": "g", "subnet": _in("ingress", "")["subnet"]}],
                "frontendIPConfigurations": [{"name": "f", "publicIPAddress": to("publicIPAddresses", "agw-ip")}],
            },
        ),
        subnet("endpoints", 23),
        made("PrivateEndpoint", "vault", {"subnet": _in("endpoints", "")["subnet"]}),
        made(
            "NetworkInterface",
            "guest-nic",
            {"ipConfigurations": [{"name": "primary", "subnet": {"id": far}}]},
        ),
        made("VirtualMachine", "stray", {"networkProfile": {"networkInterfaces": [{"id": f"{far}/x"}]}}),
        network("small", "10.1.0.0/24"),
        subnet("lab", 0, "small", third=1, natGateway={"id": f"{GROUP.replace('rg', 'hub')}/natGateways/shared"}),
    ]


def _in(subnet_name, ip):
    return {
        "name": "primary",
        "subnet": to("virtualNetworks", f"net/subnets/{subnet_name}"),
        "publicIPAddress": to("publicIPAddresses", ip),
    }


def unknowns():
    """Return a stack before its first update."""
    needs = {"natGateway": [("NatGateway", "egress")], "virtualNetworkName": [("VirtualNetwork", "net")]}
    unread = {"virtualNetworkName": UNKNOWN, "addressPrefix": UNKNOWN, "natGateway": {"id": UNKNOWN}}
    place = {"name": "primary", "subnet": {"id": UNKNOWN}}
    prefix = {"publicIpPrefixes": [{"id": UNKNOWN}]}
    return [
        made("VirtualNetwork", "net", {"addressSpace": UNKNOWN}, named=False),
        made("PublicIPPrefix", "partners", {"prefixLength": 29}, named=False),
        made(
            "NatGateway", "egress", prefix, named=False, depends={"publicIpPrefixes": [("PublicIPPrefix", "partners")]}
        ),
        made("Subnet", "web", unread, depends=needs),
        made("Subnet", "odd", {**unread, "natGateway": UNKNOWN, "defaultOutboundAccess": UNKNOWN}, depends=needs),
        made(
            "NetworkInterface",
            "web-nic",
            {"ipConfigurations": [place]},
            named=False,
            depends={"ipConfigurations": [("Subnet", "web")]},
        ),
        made(
            "NetworkInterface",
            "either-nic",
            {"ipConfigurations": [{**place, "publicIPAddress": {"id": UNKNOWN}}]},
            named=False,
            depends={"ipConfigurations": [("Subnet", "web"), ("Subnet", "odd")]},
        ),
        made("NetworkInterface", "unseen", {"ipConfigurations": UNKNOWN}, named=False),
        made(
            "VirtualMachine",
            "web-1",
            {"networkProfile": {"networkInterfaces": [{"id": UNKNOWN}]}},
            named=False,
            depends={"networkProfile": [("NetworkInterface", "web-nic")]},
        ),
        made("VirtualMachine", "lost", {"networkProfile": UNKNOWN}, named=False),
    ]


def hostile():
    """Return a stack whose every name means harm."""
    found = [network(HOSTILE[0]), *gateway(HOSTILE[1])]
    for number, name in enumerate(HOSTILE):
        found.append(subnet(name, number, HOSTILE[0], **behind(HOSTILE[1])))
        found += machine(f"{name}", name, HOSTILE[0], ip=f"203.0.113.{number}" if number % 2 else None)
    return found


def many_machines(number=200):
    """Return a stack with many machines in one subnet, and one that is not like them."""
    found = [network(), *gateway(), subnet("workers", 0, **behind())]
    for one in range(number):
        found += machine(f"worker-{one}", "workers", private=f"10.0.0.{4 + one}")
    return [*found, *machine("leader", "workers", private="10.0.0.250")]


def many_subnets(number=500):
    """Return a stack with many subnets: a fifth of them has no way out, and each tenth a machine."""
    found = [network(space="10.0.0.0/8"), *gateway()]
    for one in range(number):
        given = {} if one % 5 == 4 else behind()
        third = one // 250
        found.append(subnet(f"subnet-{one}", one % 250, third=third, **given))
        if one % 10 == 0:
            found += machine(f"app-{one}", f"subnet-{one}")
    return found


def read(resources):
    return Network(resources)
