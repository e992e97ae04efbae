"""Programs that use the components through their plugin, as a program in any language does, on each engine."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from azure_sandbox.arm import ControlPlane
from azure_sandbox.rehearsal import Rehearsal

from tests.program.conftest import ROOT, Project
from tests.program.test_both_engines import comparable

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3PhX4g54YCvms6V8f7+1cF5XX4Qv3TOvWp256ZIX0q"
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
SDK = '''
"""The components as a generated SDK declares them."""

import pulumi

OUTPUTS = {
    "NatEgress": (
        "gatewayId", "gatewayName", "prefixIds", "addressIds", "addresses", "cidrs", "addressCount", "snatPorts"
    ),
    "PrivateNetwork": ("virtualNetworkId", "virtualNetworkName", "subnetIds", "subnetPrefixes", "waysOut"),
    "PrivateMachine": ("adminPasswords",),
}


def _remote(kind, name, args, opts):
    props = {**dict.fromkeys(OUTPUTS[kind]), **{_camel(key): _named(value) for key, value in args.items()}}
    opts = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version="0.0.0"), opts)
    return pulumi.ComponentResource(f"nat-egress:index:{kind}", name, props, opts, True)


def _camel(key):
    head, *tail = key.split("_")
    return head + "".join(word.title() for word in tail)


def _named(value):
    """Name the arguments within a map of the user's own as the schema does."""
    if isinstance(value, dict):
        return {
            key: {_camel(inner): one for inner, one in entry.items()} if isinstance(entry, dict) else entry
            for key, entry in value.items()
        }
    return value


def NatEgress(name, args, opts=None):
    made = _remote("NatEgress", name, args, opts)
    made.gateway_id, made.cidrs, made.snat_ports = made.gatewayId, made.cidrs, made.snatPorts
    made.address_count, made.addresses = made.addressCount, made.addresses
    return made


def PrivateNetwork(name, args, opts=None):
    made = _remote("PrivateNetwork", name, args, opts)
    made.subnet_ids = made.subnetIds
    return made


def PrivateMachine(name, args, opts=None):
    return _remote("PrivateMachine", name, args, opts)
'''
PROGRAM = """
import json
import pulumi
import pulumi_azure_native as azure
from {sdk} import NatEgress, PrivateNetwork

settings = json.loads(pulumi.Config().get("settings") or "{{}}")
group = azure.resources.ResourceGroup("group")
guarded = azure.network.NetworkSecurityGroup("guarded", resource_group_name=group.name)
egress = NatEgress(
    "egress",
    {{
        "resource_group_name": group.name,
        "zone": "1",
        "prefixes": {{"a": {{"length": 30}}, "b": {{"length": 31, "resource_group_name": group.name}}}},
        "addresses": {{"spare": {{"attached": False}}}},
        "tags": {{"word": pulumi.Output.secret("hush"), "group": group.name}},
        **settings.get("egress", {{}}),
    }},
)
network = PrivateNetwork(
    "network",
    {{
        "resource_group_name": group.name,
        "address_space": ["10.0.0.0/16"],
        "gateway_id": egress.gateway_id,
        "subnets": {{
            "app": {{"address_prefix": "10.0.0.0/24", "network_security_group_id": guarded.id}},
            "web": {{"address_prefix": "10.0.1.0/24", "service_endpoints": ["Microsoft.Storage"]}},
        }},
        **settings.get("network", {{}}),
    }},
)
pulumi.export("cidrs", egress.cidrs)
pulumi.export("ports", egress.snat_ports)
pulumi.export("subnets", network.subnet_ids)
{more}
"""
CHILDREN = {
    ("NatEgress", "egress"),
    ("PublicIPPrefix", "egress-a"),
    ("PublicIPPrefix", "egress-b"),
    ("PublicIPAddress", "egress-spare"),
    ("NatGateway", "egress"),
    ("PrivateNetwork", "network"),
    ("VirtualNetwork", "network"),
    ("Subnet", "network-app"),
    ("Subnet", "network-web"),
}
OPTIONS = """
own = azure.Provider("own", location="westeurope")
parent = pulumi.ComponentResource("mine:index:Parent", "parent")
NatEgress(
    "other",
    {"resource_group_name": group.name, "prefixes": {"one": {"length": 31}}},
    pulumi.ResourceOptions(
        parent=parent, providers=[own], depends_on=[network], aliases=[pulumi.Alias(name="nobody")]
    ),
)
"""
MACHINE = """
from sdk import PrivateMachine
machine = {"resource_group_name": group.name, "subnet_id": network.subnet_ids["web"], "size": "Standard_D2s_v5"}
pulumi.export("passwords", PrivateMachine("vm", {**machine, "password_login": True}).adminPasswords)
"""
MANY = """
for number in range(4):
    NatEgress(f"e{number}", {"resource_group_name": group.name})
"""
"""Several at once, without an address, of which each warns."""
PREFIX_HAS_TWO_AND_FOUR = 6 * 64_512


def plugin(folder):
    """The plugin from `components/`, in the virtual environment that runs these tests."""
    ignored = shutil.ignore_patterns("venv", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "components", folder, ignore=ignored)
    content = yaml.safe_load((folder / "PulumiPlugin.yaml").read_text())
    content["runtime"]["options"]["virtualenv"] = sys.prefix
    (folder / "PulumiPlugin.yaml").write_text(yaml.safe_dump(content))
    return folder


class Program(Project):
    def write(self, sdk="sdk", more="", **settings):
        """Write the program; `sdk` is what it has the components from: `sdk`, the plugin, or `nat_egress` itself."""
        (self.root / "__main__.py").write_text(PROGRAM.format(sdk=sdk, more=more))
        (self.root / "sdk.py").write_text(SDK)
        content = {
            "name": "languages",
            "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}},
            "packages": {"nat-egress": "./plugin"},
            "stackConfigDir": "stacks",
        }
        (self.root / "Pulumi.yaml").write_text(yaml.safe_dump(content))
        (self.root / "stacks").mkdir(exist_ok=True)
        self.settings("sandbox", {"languages:settings": json.dumps(settings)} if settings else {})
        return self

    def state(self):
        resources = json.loads(self.run("export").stdout)["deployment"].get("resources", [])
        return {resource["urn"]: resource for resource in resources}


def program(folder, engine):
    folder.mkdir(exist_ok=True)
    plugin(folder / "plugin")
    return Program(folder, engine)


@pytest.fixture(params=["embedded", pytest.param("official", marks=pytest.mark.cli)])
def project(request, tmp_path):
    if request.param == "official" and shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI not on PATH")
    return program(tmp_path, request.param)


def test_its_life(project):
    project.write(more=OPTIONS + MANY + MACHINE)
    assert {(kind, name) for op, kind, name in project.steps() if op == "create"} >= CHILDREN
    said = project.up().said
    assert said.count("The NAT gateway has no public address") >= 4
    assert "hush" not in said + project.run("export").stdout
    assert running(project.root / "plugin") == []
    outputs = project.outputs()
    assert outputs["ports"] == PREFIX_HAS_TWO_AND_FOUR
    assert sorted(cidr.rpartition("/")[2] for cidr in outputs["cidrs"]) == ["30", "31"]
    assert set(outputs["subnets"]) == {"app", "web"}
    assert project.steps() == set()

    rows = {(row["type"].rpartition(":")[2], urn.rpartition("::")[2]): row for urn, row in project.state().items()}
    gateway = rows["NatGateway", "other"]
    assert "mine:index:Parent$nat-egress:index:NatEgress$azure-native:network:NatGateway" in gateway["urn"]
    assert "::own::" in gateway["provider"]
    assert "::default" in rows["NatGateway", "egress"]["provider"]
    assert gateway["inputs"]["location"] == "westeurope", "the stack's configuration"
    assert "ciphertext" in rows["Stack", "languages-sandbox"]["outputs"]["passwords"]
    assert {f"e{n}" for n in range(4)} <= {name for kind, name in rows if kind == "NatGateway"}

    project.write(more=MANY + MACHINE + OPTIONS.replace('"other"', '"renamed"').replace('"nobody"', '"other"'))
    assert {op for op, _, _ in project.steps()} <= {"update"}, "what has an alias is not made anew"
    project.write(egress={"zone": "2"}, more=MANY + MACHINE + OPTIONS)
    said = project.refused("preview")
    assert "The change of NatEgress 'egress' has a problem" in said
    assert "set attached: False on these" in said
    project.run("destroy", "--yes")
    assert project.state() == {}


def plain(value, key):
    """What two states must share; a secret is encrypted anew each time."""
    return re.sub(r'"ciphertext": "[^"]*"', "", json.dumps(comparable(value, key), sort_keys=True))


def test_a_stack_of_a_python_program_goes_on_with_the_plugin_and_back(project):
    project.write(sdk="nat_egress").up()
    before = project.state()
    project.write(sdk="sdk")
    assert project.steps() <= {("create", "nat-egress", "default_0_0_0")}
    project.up()
    after = project.state()
    assert {urn for urn in set(before) ^ set(after) if "pulumi:providers:nat-egress" not in urn} == set()
    for urn, resource in before.items():
        # What uses an output of a component depends on the component too, where that is in a plugin.
        own = ("dependencies", "propertyDependencies") if resource["type"].startswith("nat-egress:") else ()
        for key in ("type", "parent", "inputs", "outputs", "protect", *own):
            assert plain(after[urn].get(key), key) == plain(resource.get(key), key), f"{urn}: {key}"
    project.write(sdk="nat_egress")
    assert {op for op, _, _ in project.steps()} <= {"delete"}


def no_traceback(project, said):
    """Tell that none is shown of the plugin; the official CLI shows one of a Python program that it interrupts."""
    return str(project.root / "plugin") not in said and (project.engine == "official" or 'File "' not in said)


def test_wrong_values_are_refused_as_one_message_in_its_own_words(project):
    project.write(egress={"prefixes": {"a": {"length": 12}}, "zone": "4", "gateway_nam": "x"})
    said = project.refused("preview")
    assert "nat-egress:index:NatEgress resource 'egress' has a problem: NatEgress 'egress' has " in said
    for words in ("prefixes['a'].length is 12", "zone is 4", "gatewayNam is given", "Did you mean gatewayName?"):
        assert words in said
    assert no_traceback(project, said)
    assert "NatGateway" not in said, "nothing is registered before that"
    project.write(network={"subnets": {"app": {}}})
    said = project.refused("preview")
    assert "subnets['app'].addressPrefix is not set: it is required" in said
    assert no_traceback(project, said)


def test_a_gateway_for_two_networks_is_refused_by_azure(project):
    second = 'second = {**{"resource_group_name": group.name, "address_space": ["10.1.0.0/16"]}}\n'
    second += 'second |= {"gateway_id": egress.gateway_id, "subnets": {"a": {"address_prefix": "10.1.0.0/24"}}}\n'
    second += 'PrivateNetwork("second", second, pulumi.ResourceOptions(depends_on=[network]))\n'
    project.write(more=second)
    said = project.refused("up", "--yes")
    assert "NatGatewayCannotBeUsedBySubnetsBelongingToDifferentVirtualNetworks" in said
    assert no_traceback(project, said)


def running(folder):
    """The processes that run from `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"{folder}".encode() in words and process.name != str(os.getpid()):
            found.append(int(process.name))
    return found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_the_plugin_ends_with_an_engine_that_is_killed(tmp_path):
    stay = "import pathlib, time\ndef stay(_): pathlib.Path('made').touch(); time.sleep(60)\nnetwork.urn.apply(stay)\n"
    project = program(tmp_path, "embedded").write(more=stay)
    command = [sys.executable, "-m", "azure_sandbox", "preview", "--stack", "sandbox", "--engine", "embedded"]
    with subprocess.Popen(command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as engine:
        until((tmp_path / "made").exists)
        assert running(tmp_path / "plugin")
        engine.send_signal(signal.SIGKILL)
    until(lambda: not running(tmp_path / "plugin"))


def until(come_true, seconds=20):
    end = time.monotonic() + seconds
    while not come_true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


def test_transforms_of_a_remote_component_are_refused_by_name(tmp_path):
    more = (
        'NatEgress("t", {"resource_group_name": group.name}, pulumi.ResourceOptions(transforms=[lambda args: None]))\n'
    )
    said = program(tmp_path, "embedded").write(more=more).refused("preview")
    assert "nat-egress:index:NatEgress 't': the embedded engine does not do transforms of remote components" in said


class Yaml:
    """The example of docs/languages.md, on the official CLI."""

    def __init__(self, folder):
        self.folder = folder / "program"
        self.folder.mkdir()
        plugin(folder / "components")
        (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "languages.md").read_text(), re.DOTALL)
        self.example = example
        self.write(example)
        rehearsal = Rehearsal(folder / "sandbox")
        rehearsal.prepare()
        self.environment = rehearsal.environment(os.environ)
        self.cloud = ControlPlane(rehearsal.folder / "azure.sqlite")
        self.cloud.put(f"{SUBSCRIPTION}/resourceGroups/rg", {"location": "westeurope"}, api_version="2024-03-01")
        self("stack", "init", "dev")
        self("config", "set", "resourceGroup", "rg")
        self("config", "set", "sshPublicKey", KEY)

    def write(self, text):
        (self.folder / "Pulumi.yaml").write_text(text)

    def __call__(self, *arguments, status=0):
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert (done.returncode == 0) == (status == 0), done.stdout + done.stderr
        return done.stdout if status == 0 else done.stdout + done.stderr


@pytest.fixture
def program_in_yaml(tmp_path):
    for needed in ("pulumi", "pulumi-language-yaml"):
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} not on PATH")
    return Yaml(tmp_path)


@pytest.mark.cli
def test_the_life_of_the_example_in_yaml(program_in_yaml):
    document = json.loads(program_in_yaml("preview", "--json", "--stack", "dev"))
    made = {
        (step["urn"].split("::")[2].rpartition(":")[2], step["urn"].rpartition("::")[2])
        for step in document["steps"]
        if step["op"] == "create" and "pulumi:" not in step["urn"].split("::")[2].rpartition("$")[2]
    }
    assert made == {
        ("NatEgress", "egress"),
        ("PublicIPPrefix", "egress-partners"),
        ("NatGateway", "egress"),
        ("PrivateNetwork", "network"),
        ("VirtualNetwork", "network"),
        ("Subnet", "network-app"),
        ("Subnet", "network-web"),
        ("PrivateMachine", "machines"),
        *((kind, f"machines-{number}") for number in (1, 2) for kind in ("NetworkInterface", "VirtualMachine")),
        ("BastionHost", "bastion"),
        ("PublicIPAddress", "bastion"),
        ("NetworkSecurityGroup", "bastion-subnet"),
        ("Subnet", "bastion-subnet"),
    }
    program_in_yaml("up", "--yes", "--skip-preview", "--stack", "dev")
    outputs = json.loads(program_in_yaml("stack", "output", "--json", "--stack", "dev"))
    assert outputs["snatPorts"] == 4 * 64_512
    assert [cidr.rpartition("/")[2] for cidr in outputs["allowThese"]] == ["30"]
    assert set(outputs["subnets"]) == {"app", "web"}
    assert sorted(outputs["machines"]) == ["machines-1", "machines-2"]
    program_in_yaml("preview", "--expect-no-changes", "--stack", "dev")
    program_in_yaml("destroy", "--yes", "--skip-preview", "--stack", "dev")
    left = json.loads(program_in_yaml("stack", "export", "--stack", "dev"))["deployment"].get("resources", [])
    assert left == []


@pytest.mark.cli
def test_what_the_components_refuse_is_refused_in_yaml(program_in_yaml):
    program_in_yaml.write(program_in_yaml.example.replace("length: 30", "length: 12"))
    said = program_in_yaml("preview", "--stack", "dev", status=1)
    assert "NatEgress 'egress' has 2 problems" in said
    assert "prefixes['partners'].length is 12" in said
    assert 'File "' not in said
    program_in_yaml.write(program_in_yaml.example)
    program_in_yaml("up", "--yes", "--skip-preview", "--stack", "dev")
    program_in_yaml.write(program_in_yaml.example.replace('zone: "1"', 'zone: "2"'))
    said = program_in_yaml("preview", "--stack", "dev", status=1)
    assert "The change of NatEgress 'egress' has a problem" in said
    assert "set attached: False on these" in said
