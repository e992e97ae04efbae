"""Private egress for Azure virtual networks: NAT gateways, networks and machines as Pulumi components."""
