"""The settings of a stack file: what is read, and what is said where it is wrong."""

import json
from pathlib import Path

import pytest
import yaml

import settings as stack_settings
from settings import SettingsError

ROOT = Path(__file__).parents[2]
PROJECT = "private-egress"
NETWORK = {"addressSpace": ["10.0.0.0/16"], "subnets": {"app": {"addressPrefix": "10.0.0.0/24"}}}


def as_config(settings):
    """Qualify and encode settings as an engine hands them to a program."""
    return {
        f"{PROJECT}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()
    }


def load(**settings):
    config = as_config({"network": NETWORK, "egress": {}} | settings)
    return stack_settings.load(PROJECT, {"azure-native:location": "westeurope"} | config)


def refusal(**settings):
    with pytest.raises(SettingsError) as refused:
        load(**settings)
    return str(refused.value)


@pytest.mark.parametrize("path", sorted((ROOT / "stacks").glob("Pulumi.*.yaml")), ids=lambda path: path.stem)
def test_every_stack_file_is_read(path):
    config = yaml.safe_load(path.read_text())["config"]
    values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    assert stack_settings.load(PROJECT, values).network.subnets


def test_the_location_comes_from_the_provider_unless_set():
    assert load().location == "westeurope"
    assert load(location="northeurope").location == "northeurope"


def test_numbers_that_nobody_quotes_are_text():
    settings = load(egress={"zone": 1}, tags={"cost-center": 4711})
    assert settings.egress.zone == "1"
    assert settings.tags == {"cost-center": "4711"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"egres": {}}, "private-egress:egres: unknown key; did you mean 'egress'?"),
        (
            {"egress": {"prefixes": {"a": {"lenght": 31}}}},
            "a.lenght: unknown key; did you mean 'length'?",
        ),
        ({"egress": {"zzz": 1}}, "egress.zzz: unknown key; known here: sku, zone,"),
        (
            {"egress": {"prefixes": {"a": {"length": "31"}}}},
            'prefixes.a.length is "31": input should be a valid integer.',
        ),
        ({"egress": {"protectAddresses": 1}}, "egress.protectAddresses is 1: input should be a valid boolean."),
        ({"egress": "on"}, 'private-egress:egress is "on"'),
        ({"network": {"subnets": {"a": {}}}}, "network.subnets.a.addressPrefix: missing; it is required."),
        (
            {"resourceGroup": {"name": "a", "existing": "b"}},
            "has both 'name' (create it) and 'existing'",
        ),
        ({"tags": {"a": None}}, "tags.a is null"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_the_way_out(settings, said):
    assert said in refusal(**settings)


def test_all_wrong_settings_are_named_at_once():
    message = refusal(egres={}, network={"subnets": {"a": {"addressPrefx": "10.0.0.0/24"}}}, tags="none")
    assert message.startswith("The stack file has 4 wrong settings:")
    assert message.count("\n  - ") == 4


def test_what_azure_would_refuse_is_named_in_the_words_of_the_stack_file():
    message = refusal(
        egress={"idleTimeoutMinutes": 3, "prefixes": {"a": {"length": 28}, "b": {"length": 31}}},
        network={"addressSpace": ["10.0.0.0/24"], "subnets": {"GatewaySubnet": {"addressPrefix": "10.9.0.0/24"}}},
    )
    assert message.startswith("The stack file has 4 wrong settings:")
    assert "private-egress:egress.idleTimeoutMinutes is 3: the idle timeout is 4 to 120 minutes." in message
    assert "18 addresses (prefixes.a 16, prefixes.b 2)" in message
    assert "private-egress:network.subnets.GatewaySubnet.addressPrefix is 10.9.0.0/24" in message
    assert "private-egress:network.subnets.GatewaySubnet is attached: GatewaySubnet takes no NAT gateway." in message


def test_a_missing_location_says_where_to_set_it():
    with pytest.raises(SettingsError, match="location: missing; set it, or azure-native:location"):
        stack_settings.load(PROJECT, as_config({"network": NETWORK, "egress": {}}))


def test_other_namespaces_are_left_alone():
    config = as_config({"network": NETWORK, "egress": {}, "location": "westeurope"})
    assert stack_settings.load(PROJECT, config | {"other:egres": "x"}).location == "westeurope"
