from __future__ import annotations

from ipaddress import ip_address

import pytest
from nat_egress.exposure.security_rules.addresses import (
    EVERY_IPV4,
    EVERYWHERE,
    INTERNET,
    NOWHERE,
    is_wide,
    number_of,
    read_places,
)

FIRST = "0.0.0.0"  # noqa: S104 - a spelling, nothing listens


def at(text):
    return number_of(ip_address(text))


@pytest.mark.parametrize(
    "text", ["*", "Any", "ANY", "any", "Internet", "internet", "INTERNET", " Internet ", "10.0.0.0/8,*"]
)
def test_everyone(text):
    assert read_places([text]).addresses.sure == EVERYWHERE


@pytest.mark.parametrize(
    ("texts", "inside", "outside"),
    [
        (["10.0.0.0/8"], ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0", "::a00:0"]),
        (["8.8.8.8"], ["8.8.8.8"], ["8.8.8.7", "8.8.8.9"]),
        (["8.8.8.9/24"], ["8.8.8.0", "8.8.8.255"], ["8.8.9.0"]),
        (["8.8.8.0/255.255.255.0"], ["8.8.8.0", "8.8.8.255"], ["8.8.9.0"]),
        (["1.2.3.4-5.6.7.8"], ["1.2.3.4", "4.0.0.0", "5.6.7.8"], ["1.2.3.3", "5.6.7.9"]),
        (["1.2.3.4 - 1.2.3.6"], ["1.2.3.5"], ["1.2.3.7"]),
        (["::/0"], ["::", "2a00::1", "ffff::"], [FIRST, "255.255.255.255"]),
        (["2A00::/12", "1.0.0.0/8"], ["2a0f::1", "1.2.3.4"], ["2a10::", "2.0.0.0"]),
        (["0.0.0.0/1,128.0.0.0/1"], [FIRST, "255.255.255.255"], ["::"]),
        (["0.0.0.0/0"], [FIRST, "255.255.255.255"], ["::"]),
    ],
)
def test_prefixes_addresses_and_ranges(texts, inside, outside):
    places = read_places(texts)
    assert [text for text in inside if at(text) not in places.addresses.sure] == []
    assert [text for text in outside if at(text) in places.addresses.sure] == []
    assert (places.tags, places.doubtful) == (frozenset(), False)


def test_halves_are_all_of_ipv4_and_the_whole_may_be_more():
    assert read_places(["0.0.0.0/1", "128.0.0.0/1"]).addresses.sure == EVERY_IPV4
    assert read_places(["0.0.0.0/0"]).addresses.maybe == EVERYWHERE
    assert read_places(["::/0", "0.0.0.0/0"]).addresses.sure == EVERYWHERE


@pytest.mark.parametrize(
    "text",
    [FIRST, "0.0.0.0/32", "::", "5.6.7.8-1.2.3.4", "1.2.3.4-2a00::1", "010.0.0.0/8", "10.0.0.0/33", "!", "", "-"],
)
def test_text_of_which_azure_may_make_anything(text):
    places = read_places([text])
    assert places.doubtful
    assert places.most == EVERYWHERE
    assert (places.addresses.sure, places.addresses.maybe) == (NOWHERE, NOWHERE)


@pytest.mark.parametrize("value", [None, 5, True, object(), {"a": 1}, []])
def test_what_is_no_text_may_be_anyone(value):
    places = read_places(["10.0.0.0/8", value])
    assert at("10.1.2.3") in places.addresses.sure
    assert at("8.8.8.8") not in places.addresses.sure
    assert places.addresses.maybe == EVERYWHERE


def test_service_tags_keep_their_spelling():
    assert read_places(["AzureCloud.westeurope", "AZURE_LOADBALANCER", "10.0.0.0/8"]).tags == {
        "AzureCloud.westeurope",
        "AZURE_LOADBALANCER",
    }


@pytest.mark.parametrize("text", ["8.8.8.8", "9.255.255.255", "203.0.113.9", "172.32.0.0", "168.63.129.15", "2a00::1"])
def test_the_internet_has(text):
    assert at(text) in INTERNET


@pytest.mark.parametrize(
    "text",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "0.1.2.3",
        "198.19.0.1",
        "fd00::1",
        "fe80::1",
        "ff02::1",
        "::1",
        "1fff::",
        "4000::",
    ],
)
def test_the_internet_has_not(text):
    assert at(text) not in INTERNET


@pytest.mark.parametrize(
    ("texts", "wide"),
    [
        (["8.0.0.0/8"], False),
        (["8.0.0.0/7"], True),
        (["8.0.0.0/8", "20.1.2.3"], True),
        (["8.0.0.0/9", "8.128.0.0/9"], False),
        (["2a00::/32"], False),
        (["2a00::/31"], True),
        (["8.0.0.0/8", "2a00::/32"], False),
        ([], False),
    ],
)
def test_more_than_can_be_meant_by_name(texts, wide):
    assert is_wide(read_places(texts).addresses.sure) is wide
