"""The URL of a backend on Azure Blob Storage, and what the environment adds: as gocloud.dev has it, without secrets."""

from __future__ import annotations

import pytest
from nat_egress.state import StateError
from nat_egress.state.azblob_credentials import ConnectionString, SasToken, SharedKey, SignedIn, credentials
from nat_egress.state.azblob_url import KNOWN, AzblobUrl, parse

ME = {"AZURE_STORAGE_ACCOUNT": "me"}
AZURE = "https://me.blob.core.windows.net"
STRING = "DefaultEndpointsProtocol=http;AccountName=them;AccountKey=aHVzaA==;EndpointSuffix=core.windows.net"


@pytest.mark.parametrize(
    ("place", "container", "folder"),
    [
        ("states", "states", ""),
        ("states/", "states", ""),
        ("states/team", "states", "team/"),
        ("states/team/a/", "states", "team/a/"),
        ("states//team", "states", "team/"),
        ("$root/our%20team", "$root", "our team/"),
        ("states/50%25", "states", "50%/"),
    ],
)
def test_a_container_and_a_folder_in_it(place, container, folder):
    assert parse(f"azblob://{place}", ME) == AzblobUrl(f"azblob://{place}", container, folder, AZURE)


@pytest.mark.parametrize(
    ("query", "environment", "service"),
    [
        ("", ME, AZURE),
        ("storage_account=you", {}, "https://you.blob.core.windows.net"),
        ("storage_account=you", ME, "https://you.blob.core.windows.net"),
        ("domain=blob.core.chinacloudapi.cn", ME, "https://me.blob.core.chinacloudapi.cn"),
        ("", ME | {"AZURE_STORAGE_DOMAIN": "blob.core.usgovcloudapi.net"}, "https://me.blob.core.usgovcloudapi.net"),
        ("domain=a.example", ME | {"AZURE_STORAGE_DOMAIN": "b.example"}, "https://me.a.example"),
        ("protocol=http", ME, "http://me.blob.core.windows.net"),
        ("", ME | {"AZURE_STORAGE_PROTOCOL": "http"}, "http://me.blob.core.windows.net"),
        ("protocol=https", ME | {"AZURE_STORAGE_PROTOCOL": "http"}, AZURE),
        ("domain=states.example&cdn=true", ME, "https://states.example"),
        ("domain=states.example", ME | {"AZURE_STORAGE_IS_CDN": "1"}, "https://states.example"),
        ("domain=states.example&cdn=false", ME | {"AZURE_STORAGE_IS_CDN": "1"}, "https://me.states.example"),
        ("domain=127.0.0.1:10000&protocol=http", ME, "http://127.0.0.1:10000/me"),
        ("domain=localhost:10000", ME, "https://localhost:10000/me"),
        ("domain=azurite:10000&localemu=true", ME, "https://azurite:10000/me"),
        ("domain=azurite:10000", ME | {"AZURE_STORAGE_IS_LOCAL_EMULATOR": "T"}, "https://azurite:10000/me"),
        ("domain=azurite:10000", ME | {"AZURE_STORAGE_IS_LOCAL_EMULATOR": "yes"}, "https://me.azurite:10000"),
        ("", {"AZURE_STORAGE_CONNECTION_STRING": STRING}, "http://them.blob.core.windows.net"),
        ("", {"AZURE_STORAGEBLOB_CONNECTIONSTRING": STRING}, "http://them.blob.core.windows.net"),
        ("protocol=https", ME | {"AZURE_STORAGE_CONNECTION_STRING": STRING}, AZURE),
    ],
)
def test_the_service_is_the_clis(query, environment, service):
    assert parse(f"azblob://states?{query}", environment).service == service


def test_every_parameter_that_is_known_is_tried():
    (marks,) = [mark for mark in test_the_service_is_the_clis.pytestmark if mark.name == "parametrize"]
    tried = {pair.partition("=")[0] for query, *_ in marks.args[1] for pair in query.split("&") if pair}
    assert tried == set(KNOWN)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("azblob://", "names no container, as azblob://CONTAINER or azblob://CONTAINER/FOLDER"),
        ("azblob:///team", "names no container"),
        ("azblob://[states", "can't be read"),
        ("azblob://me:hush@states", "a user or a password before the container's name: credentials come from AZURE_"),
        ("azblob://states?sig=hush", "unknown parameter 'sig' in its URL; known are cdn, domain, localemu, protocol, "),
        ("azblob://states?localemu=hush", "localemu is 'hush' in its URL and must be true or false"),
        ("azblob://states?protocol=ftp", "its protocol is 'ftp' and must be http or https"),
        ("azblob://states?domain=a&domain=hush", "domain stands more than once in its URL"),
        ("azblob://states?domain=me:hush@a.example", "must be names, as blob.core.windows.net or 127.0.0.1:10000"),
        ("azblob://states?domain=a.example:hush", "must be names"),
        ("azblob://states?domain=a.example?hush", "must be names"),
    ],
)
def test_what_can_not_be_used_is_refused_without_what_may_be_a_secret(url, said):
    with pytest.raises(StateError) as refused:
        parse(url, ME)
    assert said in str(refused.value)
    assert "hush" not in str(refused.value).replace("'hush'", "")


def test_a_storage_account_must_be_named():
    with pytest.raises(StateError, match=r"azblob://states: nothing names its storage account: set storage_account=…"):
        parse("azblob://states", {"AZURE_STORAGE_CONNECTION_STRING": "BlobEndpoint=http://127.0.0.1:10000/me"})


KEY = {"AZURE_STORAGE_KEY": "a2V5"}
TOKEN = {"AZURE_STORAGE_SAS_TOKEN": "sv=1&sig=2"}
TEXT = {"AZURE_STORAGE_CONNECTION_STRING": STRING}
OTHER = {"AZURE_STORAGEBLOB_CONNECTIONSTRING": "AccountName=other"}


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        (ME | KEY | TOKEN | TEXT, SharedKey("me", "a2V5")),
        (KEY | TOKEN | TEXT, SasToken("sv=1&sig=2")),
        (ME | TOKEN | TEXT, SasToken("sv=1&sig=2")),
        (ME | TEXT | OTHER, ConnectionString(STRING)),
        (OTHER, ConnectionString("AccountName=other")),
        (ME | KEY | {"AZURE_STORAGE_ACCOUNT": ""}, SignedIn()),
        ({}, SignedIn()),
    ],
)
def test_the_first_credentials_of_the_clis_order_count(environment, found):
    assert credentials(environment) == found


@pytest.mark.parametrize("found", [SharedKey("me", "hush"), SasToken("sig=hush"), ConnectionString("AccountKey=hush")])
def test_credentials_are_told_by_where_they_come_from(found):
    assert "AZURE_STORAGE_" in str(found)
    assert "hush" not in str(found)
