import pulumi
from agents import Agents

settings = pulumi.Config()
agents = Agents(space=settings.require("space"), idle_minutes=settings.require_int("idleMinutes"))
for pool, cidr in settings.require_object("pools").items():
    agents.add_pool(pool, cidr)

pulumi.export("github-allow-list", pulumi.Output.all(*[address.ip_address for address in agents.addresses]))
pulumi.export("pools", {name: pool.id for name, pool in agents.pools.items()})
