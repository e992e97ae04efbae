"""What a program registers under record is what it registers under Pulumi's own mocks in another process."""

import importlib
import json
import subprocess
import sys

import pytest
from google.protobuf import json_format
from nat_egress.testing import record

PROGRAM = """
from collections.abc import Mapping, Sequence
from typing import Generic, Optional, TypeVar, TypedDict, Union

import pulumi
import pulumi_random as random
from pulumi_azure_native import network

T = TypeVar("T")


@pulumi.input_type
class InnerArgs:
    a_b: pulumi.Input[str] = pulumi.property("aB")
    c_d: Optional[pulumi.Input[Sequence[pulumi.Input[str]]]] = pulumi.property("cD", default=None)


@pulumi.input_type
class OuterArgs:
    inner: pulumi.Input["InnerArgs"] = pulumi.property("innerOne")
    many: Optional[pulumi.Input[Sequence[pulumi.Input["InnerArgs"]]]] = pulumi.property("manyOnes", default=None)
    by_key: Optional[pulumi.Input[Mapping[str, pulumi.Input["InnerArgs"]]]] = pulumi.property("byKey", default=None)
    either: Optional[pulumi.Input[Union[str, "InnerArgs"]]] = pulumi.property("eitherOr", default=None)


class InnerDict(TypedDict, total=False):
    a_b: pulumi.Input[str]


class Own(pulumi.CustomResource):
    out: pulumi.Output["InnerArgs"]

    def __init__(self, name, outer: pulumi.Input[Union["OuterArgs", dict]], opts=None):
        super().__init__("own:index:Own", name, {"outer": outer, "out": None}, opts)


class Component(pulumi.ComponentResource, Generic[T]):
    def __init__(self, name, depth):
        super().__init__("own:index:Component", name)
        self.below = [Component(f"{name}x", depth - 1) for _ in range(1) if depth]
        network.RouteTable(f"{name}-table", resource_group_name="rg", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def decorated(function):
    return lambda *given: function(*given)


@decorated
def table(name):
    return network.RouteTable(name, resource_group_name="rg")


def main():
    inner = InnerArgs(a_b="x", c_d=["1", pulumi.Output.from_input("2")])
    Own("own", OuterArgs(inner=inner, many=[inner, {"a_b": "y"}], by_key={"some_key": inner}, either=inner))
    Own("dicts", {"inner": InnerDict(a_b="x"), "either": "text", "many": [{"a_b": table("first").name}]})
    Component[str]("component", 2)
    {name: table(name) for name in ("second", "third")}
    exec(compile("\\n\\ntable('executed')", __file__, "exec"))
    password = random.RandomPassword("password", length=16, special=True)
    random.RandomPet("pet", keepers={"some_key": password.result})
    network.VirtualNetwork(
        "vnet",
        resource_group_name="rg",
        address_space=network.AddressSpaceArgs(address_prefixes=["10.0.0.0/16"]),
        subnets=[{"name": "web", "address_prefix": "10.0.0.0/24"}, network.SubnetArgs(name="own")],
        tags={"some_tag": pulumi.Output.secret("hush"), "other": table("fourth").etag},
    )
"""
MOCKS = """
import json
import sys

import program
import pulumi
from google.protobuf import json_format
from pulumi.runtime.mocks import MockMonitor

asked = {}


class Monitor(MockMonitor):
    def RegisterResource(self, request):
        asked[request.name] = json_format.MessageToDict(request)
        return super().RegisterResource(request)


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, dict(args.inputs)

    def call(self, args):
        return {}


mocks = Mocks()
pulumi.runtime.set_mocks(mocks, preview=sys.argv[1] == "preview", monitor=Monitor(mocks))
pulumi.runtime.test(program.main)()
print(json.dumps(asked))
"""


class Answers:
    """Those of the mocks."""

    def resource(self, asked):
        return asked.name, asked.inputs


def compared(request):
    """What of a registration does not hold a URN, which mocks spell in their own way."""
    frames = [frame.get("pc", {}) for frame in request.get("stackTrace", {}).get("frames", ())]
    places = [place for place in [request.get("sourcePosition", {}), *frames] if "program.py" in place.get("uri", "")]
    kept = ("type", "object", "version", "custom", "additionalSecretOutputs", "protect")
    return {**{key: request.get(key) for key in kept}, "places": places, "keys": sorted(request)}


@pytest.mark.process
@pytest.mark.parametrize("mode", ["update", "preview"])
def test_the_same_is_registered_from_the_same_places(mode, tmp_path, monkeypatch):
    """Shortcuts through the SDK, and types of inputs that no SDK of azure-native has."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "mocks.py").write_text(MOCKS)
    done = subprocess.run([sys.executable, "mocks.py", mode], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    theirs = {name: compared(one) for name, one in json.loads(done.stdout).items() if "-stack" not in name}
    monkeypatch.syspath_prepend(tmp_path)
    try:
        program = importlib.import_module("program")
        graph = record(program.main, answers=Answers(), preview=mode == "preview")
    finally:
        del sys.modules["program"]
    ours = {one.name: compared(json_format.MessageToDict(one.request)) for one in graph}
    assert len(ours) == 16
    assert ours == theirs
