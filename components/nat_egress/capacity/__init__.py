"""SNAT port capacity: how many public addresses a gateway needs for the traffic it is to carry. Pure: no Pulumi."""
