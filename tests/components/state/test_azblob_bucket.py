"""What goes to Azure Blob Storage: names, credentials, all pages of a list, copies that take their time."""

from __future__ import annotations

import os

import pytest
from azure.storage.blob import BlobClient
from nat_egress.state import StackReference, StateError
from nat_egress.state import azblob_bucket as module
from nat_egress.state.azblob_bucket import AzblobBucket
from nat_egress.state.azblob_credentials import credentials
from nat_egress.state.azblob_url import parse
from nat_egress.state.workspace import open_backend


@pytest.fixture
def opened(azblob):
    """Open a container with what the environment has by then."""

    def open_(place="states", **parameters):
        return AzblobBucket(parse(azblob.url(place, **parameters), os.environ), credentials(os.environ))

    return open_


def uses(bucket):
    """Do all that a backend does, and return what came of it."""
    bucket.write("a/one.json", b"state")
    bucket.copy("a/one.json", "a/one.json.bak")
    bucket.copy("a/none", "a/copy")
    found = [entry.key for entry in bucket.list("a/")], bucket.read("a/one.json.bak"), bucket.read("a/copy")
    bucket.delete("a/one.json")
    bucket.delete("a/one.json")
    return *found, bucket.read("a/one.json")


DONE = (["a/one.json", "a/one.json.bak"], b"state", None, None)


def test_with_a_shared_key(opened):
    assert uses(opened()) == DONE


@pytest.mark.parametrize("prefix", ["", "?"])
def test_with_a_shared_access_signature(opened, azblob, azure, prefix):
    azure.delenv("AZURE_STORAGE_KEY")
    azure.setenv("AZURE_STORAGE_SAS_TOKEN", prefix + azblob.token())
    bucket = opened()
    assert uses(bucket) == DONE
    assert "sig=" not in bucket.url + bucket.place("a")


@pytest.mark.parametrize("name", ["AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGEBLOB_CONNECTIONSTRING"])
def test_with_a_connection_string(opened, azblob, azure, name):
    azure.delenv("AZURE_STORAGE_KEY")
    azure.setenv(name, azblob.connection_string())
    assert uses(opened(domain="nowhere.example")) == DONE


def test_with_a_signature_in_a_connection_string(opened, azblob, azure):
    azure.delenv("AZURE_STORAGE_KEY")
    text = f"BlobEndpoint=http://{azblob.domain}/teamstates;SharedAccessSignature={azblob.token()}"
    azure.setenv("AZURE_STORAGE_CONNECTION_STRING", text)
    assert uses(opened()) == DONE


@pytest.mark.parametrize(
    ("folder", "beginning"),
    [
        ("our%20team", "our team/"),
        ("50%25%20%23%3F%22", "50__0x25__ __0x23____0x3f____0x22__/"),
        ("größe+&=", "größe+&=/"),
        ("a..", "a..__0x2f__"),
        ("a__0x2f__b", "a__0x5f___0x2f__b/"),
    ],
)
def test_special_characters(opened, azblob, folder, beginning):
    bucket = opened(f"states/{folder}")
    bucket.write("a/b.json", b"state")
    assert list(azblob.objects()) == [f"{beginning}a/b.json"]
    bucket.copy("a/b.json", "a/c.json")
    assert bucket.read("a/c.json") == b"state"
    assert [entry.key for entry in bucket.list("a/")] == ["a/b.json", "a/c.json"]


def test_a_project_whose_name_ends_with_two_periods(azblob):
    backend = open_backend(azblob.url())
    reference = StackReference("shop..", "dev")
    backend.write(reference, b"one")
    backend.write(reference, b"two")
    assert ".pulumi/stacks/shop..__0x2f__dev.json" in azblob.objects()
    assert backend.read(reference) == b"two"
    assert backend.stacks("shop..") == ["dev"]
    assert backend._bucket.list(".pulumi/stacks/") == []
    with backend.lock(reference):
        assert len(backend.locks(reference)) == 1


@pytest.mark.parametrize(
    "use",
    [
        lambda bucket: bucket.read("a"),
        lambda bucket: bucket.write("a", b""),
        lambda bucket: bucket.copy("a", "b"),
        lambda bucket: bucket.delete("a"),
        lambda bucket: bucket.list("a/"),
    ],
    ids=["read", "write", "copy", "delete", "list"],
)
def test_a_container_that_is_not_there_is_more_than_an_object_that_is_not(opened, use):
    with pytest.raises(StateError, match="has no container 'none'"):
        use(opened("none"))


def test_a_list_has_all_its_pages(opened, monkeypatch):
    bucket = opened("states/team")
    for number in range(7):
        bucket.write(f"a/{number}", b"")
    asked = []
    real = bucket._client.walk_blobs
    monkeypatch.setattr(bucket._client, "walk_blobs", lambda **by: asked.append(by) or real(**by, results_per_page=3))
    pages = []
    monkeypatch.setattr(bucket._client._pipeline._transport, "send", _counted(bucket._client, pages))
    assert [entry.key for entry in bucket.list("a/")] == [f"a/{number}" for number in range(7)]
    assert (len(asked), len(pages)) == (1, 3)
    # What lies deeper is not even sent: a backend's history may be long.
    assert all("delimiter=%2F" in page for page in pages)


def _counted(client, pages):
    real = client._pipeline._transport.send

    def send(request, **options):
        pages.append(request.url)
        return real(request, **options)

    return send


def test_a_copy_that_takes_its_time_is_waited_for(opened, monkeypatch):
    bucket = opened()
    bucket.write("a", b"state")
    answers = iter(["pending", "pending", "success"])
    told = []

    class Properties:
        @property
        def copy(self):
            return self

        @property
        def status(self):
            told.append(next(answers))
            return told[-1]

    monkeypatch.setattr(module.time, "sleep", told.append)
    monkeypatch.setattr(BlobClient, "start_copy_from_url", lambda *_: {"copy_status": next(answers)})
    monkeypatch.setattr(BlobClient, "get_blob_properties", lambda _: Properties())
    bucket.copy("a", "b")
    assert told == [0.5, "pending", 0.5, "success"]
    answers = iter(["aborted"])
    with pytest.raises(
        StateError, match=r"azblob://states/b: can't be written: the copy from a has ended as 'aborted'"
    ):
        bucket.copy("a", "b")


def test_what_is_there_is_replaced_whatever_wrote_it(opened, azblob):
    bucket = opened()
    blob = azblob.client.get_blob_client("states", "a")
    blob.upload_blob(b"long content of theirs", metadata={"by": "them"})
    bucket.write("a", b"state")
    assert blob.download_blob().readall() == b"state"
    bucket.write("a", b"")
    assert bucket.read("a") == b""


def test_the_account_that_the_url_names_comes_first(opened, azure):
    azure.setenv("AZURE_STORAGE_DOMAIN", "nowhere.example")
    assert uses(opened()) == DONE
    assert opened().place("a/b") == "azblob://states/a/b"
    assert opened("states/of/team").place("a/b") == "azblob://states/of/team/a/b"
