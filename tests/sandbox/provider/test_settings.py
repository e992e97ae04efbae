"""The provider serves a sandbox and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from azure_sandbox.provider.settings import (
    SUBSCRIPTION,
    Configuration,
    RefusedToStartError,
    configuration,
    place,
)

GOOD = {"AZURE_SANDBOX": "/s", "PULUMI_BACKEND_URL": "file:///s/backend"}


@pytest.mark.parametrize("extra", [{}, {"AZURE_SANDBOX": "/s/"}, {"PULUMI_BACKEND_URL": "file:///s/backend/"}])
def test_a_sandbox_is_found(extra: dict[str, str]) -> None:
    assert place(GOOD | extra).cloud == Path("/s/azure.sqlite")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"AZURE_SANDBOX": ""}, "AZURE_SANDBOX is not set"),
        ({"AZURE_SANDBOX": "s"}, "AZURE_SANDBOX is 's'"),
        ({"PULUMI_BACKEND_URL": ""}, "PULUMI_BACKEND_URL is not set, not 'file:///s/backend'"),
        ({"PULUMI_BACKEND_URL": "file:///s"}, "is 'file:///s', not 'file:///s/backend'"),
        ({"PULUMI_BACKEND_URL": "s3://bucket"}, "is 's3://bucket', not"),
        ({"PULUMI_BACKEND_URL": "https://api.pulumi.com"}, "it may be meant for Azure"),
    ],
)
def test_anywhere_else_it_refuses(changed: dict[str, str], says: str) -> None:
    with pytest.raises(RefusedToStartError) as caught:
        place(GOOD | changed)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("variables", "arguments", "expected"),
    [
        ({}, {}, Configuration(SUBSCRIPTION, None)),
        (
            {"azure-native:config:subscriptionId": "a", "azure-native:config:location": "l"},
            {},
            Configuration("a", "l"),
        ),
        ({"azure-native:config:subscriptionId": "a"}, {"subscriptionId": "b"}, Configuration("b", None)),
        ({}, {"subscriptionId": '"b"', "location": "westeurope"}, Configuration("b", "westeurope")),
        ({"azure-native:config:subscriptionId": ""}, {"version": "3.29.0"}, Configuration(SUBSCRIPTION, None)),
    ],
)
def test_configuration(variables: dict[str, str], arguments: dict[str, str], expected: Configuration) -> None:
    assert configuration(variables, arguments) == expected


def test_no_subscription_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", "11111111-1111-1111-1111-111111111111")
    assert configuration({}, {}).subscription == SUBSCRIPTION
