"""The backend and the stack that a command line means, as the official CLI finds them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from nat_egress.state import LockedError, StackReference, StateError
from nat_egress.state.workspace import ProjectFile, backend_url, find_project, open_backend, passphrase, reference_of

SHOP = ProjectFile(Path("Pulumi.yaml"), "shop")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pulumi.yaml", "name: shop\nruntime: go\nbackend: {url: 'file://~'}\n"),
        ("Pulumi.yml", "name: shop\nbackend:\n  url: file://~\n"),
        ("Pulumi.json", '{"name": "shop", "backend": {"url": "file://~"}}'),
    ],
)
def test_the_closest_project_is_found_from_below(tmp_path, name, text):
    (tmp_path / "Pulumi.yaml").write_text("name: above")
    (tmp_path / "shop" / "deep" / "below").mkdir(parents=True)
    (tmp_path / "shop" / name).write_text(text)
    found = find_project(tmp_path / "shop" / "deep" / "below")
    assert found == ProjectFile(tmp_path / "shop" / name, "shop", "file://~")
    assert find_project(tmp_path) == ProjectFile(tmp_path / "Pulumi.yaml", "above")


@pytest.mark.parametrize("text", ["- a", "runtime: python", "name: [a]", "name: {", "name: 7"])
def test_a_project_file_that_can_not_be_used_is_refused_with_its_path(tmp_path, text):
    (tmp_path / "Pulumi.yaml").write_text(text)
    with pytest.raises(StateError, match=r"Pulumi\.yaml: "):
        find_project(tmp_path)


def logged_in(folder, content):
    folder.mkdir(exist_ok=True)
    (folder / "credentials.json").write_text(content)
    return str(folder)


LOGIN = json.dumps({"current": "file:///login", "accessTokens": {"file:///login": ""}})


@pytest.mark.parametrize(
    ("set_", "project_says", "url"),
    [
        ("file:///set", "file:///project", "file:///set"),
        ("", "file:///project", "file:///project"),
        ("", "", "file:///login"),
    ],
)
def test_the_environment_comes_before_the_project_and_that_before_the_login(tmp_path, set_, project_says, url):
    environment = {"PULUMI_BACKEND_URL": set_, "PULUMI_HOME": logged_in(tmp_path / "home", LOGIN)}
    assert backend_url(environment, ProjectFile(Path("p"), "shop", project_says)) == url


def test_the_login_is_where_the_cli_keeps_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    logged_in(tmp_path / ".pulumi", LOGIN)
    credentials = logged_in(tmp_path / "other", LOGIN.replace("/login", "/credentials"))
    assert backend_url({}, None) == "file:///login"
    assert backend_url({"PULUMI_CREDENTIALS_PATH": credentials, "PULUMI_HOME": "/none"}, None) == "file:///credentials"


@pytest.mark.parametrize("content", [None, "{}", "[]", '{"current": ""}'])
def test_where_nothing_names_a_backend_it_is_said_what_to_do(tmp_path, content):
    home = tmp_path if content is None else logged_in(tmp_path / "home", content)
    with pytest.raises(StateError, match="set PULUMI_BACKEND_URL, or log in"):
        backend_url({"PULUMI_HOME": str(home)}, SHOP)


def test_a_broken_login_is_refused_without_its_content(tmp_path):
    with pytest.raises(StateError, match=r"credentials\.json: is not JSON") as refused:
        backend_url({"PULUMI_HOME": logged_in(tmp_path / "home", "token-of-mine {")}, SHOP)
    assert "token-of-mine" not in str(refused.value)


def test_folders_are_named_as_the_cli_names_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "my states").mkdir()
    for url in (
        f"file://{tmp_path}/my states",
        "file://my%20states",
        "file://./my states?no_tmp_dir=true",
        "file://~/my states",
    ):
        assert Path(open_backend(url).url.removeprefix("file://")).samefile(tmp_path / "my states"), url
    assert open_backend("file://~").url == f"file://{tmp_path}"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("gs://states", "a backend of gs:// is not read here, only one of file://, s3:// or azblob://"),
        ("https://api.pulumi.com", "a backend of https:// is not read here"),
        ("postgres://me:s3cret@db/states", "a backend of postgres:// is not read here"),
        (".sandbox/backend", "(a folder's is file://.sandbox/backend)"),
        ("file:///nowhere/at/all", "there is no folder /nowhere/at/all"),
    ],
)
def test_other_backends_are_refused_without_what_may_be_a_secret(url, said):
    with pytest.raises(StateError) as refused:
        open_backend(url)
    assert said in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert "file:///" in url or "pulumi stack export --file" in str(refused.value)


def test_a_bucket_is_named_as_the_cli_names_it(aws):
    url = "s3://states/team?region=eu-central-1&awssdk=v2"
    assert open_backend(url).url == url


def test_a_container_is_named_as_the_cli_names_it(azure):
    azure.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=1&sig=2")
    url = "azblob://states/team?storage_account=ops"
    assert open_backend(url).url == url


def test_without_boto3_it_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "nat_egress.state.s3_bucket", raising=False)
    monkeypatch.delitem(sys.modules, "nat_egress.state.s3_client", raising=False)
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(StateError, match=r"needs boto3, .* pip install 'nat-egress\[s3\]'"):
        open_backend("s3://states")


@pytest.mark.parametrize("missing", ["azure.storage.blob", "azure.identity"])
def test_without_azures_packages_it_says_what_to_install(azure, monkeypatch, missing):
    for name in ("bucket", "client", "errors"):
        monkeypatch.delitem(sys.modules, f"nat_egress.state.azblob_{name}", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(StateError, match=rf"needs {missing}, .* pip install 'nat-egress\[azblob\]'"):
        open_backend("azblob://states?storage_account=ops")


def test_a_key_needs_no_azure_identity(azure, monkeypatch):
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    azure.setenv("AZURE_STORAGE_ACCOUNT", "ops")
    azure.setenv("AZURE_STORAGE_KEY", "a2V5")
    assert open_backend("azblob://states").url == "azblob://states"


def test_locks_are_cleared_with_the_command_that_is_given(tmp_path):
    def cancel(reference):
        return f"let go of {reference.stack}"

    backend = open_backend(f"file://{tmp_path}", cancel)
    with backend.lock(StackReference("shop", "dev")), pytest.raises(LockedError, match="with: let go of dev"):
        backend.lock(StackReference("shop", "dev")).__enter__()


@pytest.mark.parametrize(
    ("stack", "project", "found"),
    [
        ("dev", SHOP, ("shop", "dev")),
        ("organization/dev", SHOP, ("shop", "dev")),
        ("organization/other/dev", SHOP, ("other", "dev")),
        ("organization/other/dev", None, ("other", "dev")),
    ],
)
def test_stacks_are_named_short_or_in_full(stack, project, found):
    assert reference_of(stack, project) == StackReference(*found)


@pytest.mark.parametrize(
    ("stack", "project", "said"),
    [
        ("dev", None, "name the stack in full: organization/PROJECT/STACK"),
        ("mine/dev", SHOP, "the organization must be 'organization'"),
        ("mine/shop/dev", SHOP, "the organization must be 'organization'"),
        ("a/b/c/d", SHOP, "a stack is named STACK or organization/PROJECT/STACK"),
        ("../x", SHOP, "organization must be"),
        ("organization/../x", SHOP, "project name '..'"),
        ("", SHOP, "stack name ''"),
    ],
)
def test_what_is_no_name_of_a_stack_is_refused(stack, project, said):
    with pytest.raises(StateError) as refused:
        reference_of(stack, project)
    assert said in str(refused.value)


def test_the_passphrase_is_that_of_the_environment(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text("open sesame\n")
    in_file = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}
    assert passphrase({}) is None
    assert passphrase(in_file) == "open sesame"
    assert passphrase({"PULUMI_CONFIG_PASSPHRASE": "", **in_file}) == ""
    with pytest.raises(StateError, match=r"PULUMI_CONFIG_PASSPHRASE_FILE=.*none: can't be read"):
        passphrase({"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "none")})
