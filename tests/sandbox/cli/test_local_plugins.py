from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from azure_sandbox.engine import local_plugins, project
from azure_sandbox.errors import CommandError
from azure_sandbox.session import start, write_project

PLUGIN = f"runtime: {{name: python, options: {{virtualenv: {sys.prefix}}}}}"


@pytest.fixture
def folder(root):
    """A plugin in a folder beside the program."""
    made = root / "plugin"
    made.mkdir()
    (made / "PulumiPlugin.yaml").write_text(PLUGIN)
    (made / "__main__.py").write_text("")
    return made


def projected(root, content):
    with (root / "Pulumi.yaml").open("a") as file:
        file.write(content)
    return project.read(root / "Pulumi.yaml")


@pytest.mark.parametrize(
    "content",
    [
        "packages: {mine: ./plugin}",
        "packages: {mine: {source: ./plugin}}",
        "packages: {mine: ../shop/plugin, random: 'random@4.1.0', other: {source: github.com/a/b, version: 1.0.0}}",
        "plugins: {providers: [{name: mine, path: plugin}]}",
        "plugins: {providers: [{name: mine, path: plugin}]}\npackages: {mine: ./elsewhere}",
        "packages: {mine: ./plugin}\nplugins:",
    ],
)
def test_where_plugins_are(root, folder, content):
    assert local_plugins.folders(projected(root, content)) == {"mine": folder}


@pytest.mark.parametrize("content", ["", "packages:", "plugins: {analyzers: []}", "packages: {a: random@4.1.0}"])
def test_a_project_without_plugins_of_its_own(root, content):
    assert local_plugins.folders(projected(root, content)) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("packages: [a]", "packages must be a mapping of names to sources"),
        ("plugins: {providers: [{name: a}]}", "plugins.providers: {'name': 'a'} must have a name and a path"),
        ("plugins: {providers: [a]}", "plugins.providers: 'a' must have a name and a path"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(root, content, said):
    with pytest.raises(CommandError) as refused:
        local_plugins.folders(projected(root, content))
    assert str(refused.value) == f"{root / 'Pulumi.yaml'}: {said}"


def test_how_a_plugin_is_started(folder):
    plugin = local_plugins.plugin("mine", folder)
    python, *_, program = plugin.command
    assert (plugin.name, plugin.version) == ("mine", "")
    assert Path(python) == Path(sys.prefix) / "bin" / "python"
    assert program == str(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "PulumiPlugin.yaml").unlink(), "package mine: there is no PulumiPlugin.yaml"),
        (lambda folder: (folder / "__main__.py").unlink(), "starts only plugins that have a __main__.py"),
        (
            lambda folder: (folder / "PulumiPlugin.yaml").write_text("runtime: nodejs"),
            "runtime: 'nodejs' is not supported by the embedded engine, only 'python' is",
        ),
        (
            lambda folder: (folder / "PulumiPlugin.yaml").write_text("just text"),
            "runtime: None is not supported by the embedded engine, only 'python' is",
        ),
        (
            lambda folder: (folder / "PulumiPlugin.yaml").write_text("runtime: python"),
            "/plugin/venv/bin/python. `pulumi install` makes it, and so does: python3 -m venv",
        ),
    ],
)
def test_a_plugin_that_cannot_be_started_is_refused(folder, change, said):
    change(folder)
    with pytest.raises(CommandError) as refused:
        local_plugins.plugin("mine", folder)
    assert said in str(refused.value)
    assert str(folder) in str(refused.value)


def test_nothing_takes_the_place_of_the_sandboxs_own_provider(root, folder):
    projected(root, "packages: {azure-native: ./plugin, random: ./plugin, mine: ./plugin}")
    session = start(root, "dev", None)
    assert [plugin.name for plugin in session.local_plugins()] == ["mine"]
    write_project(session)
    written = json.loads((session.rehearsal.project / "Pulumi.yaml").read_text())
    assert written["packages"] == {"mine": str(folder)}
    assert "plugins" not in written


def test_a_project_that_names_no_packages_is_copied_without_any(root):
    session = start(root, "dev", None)
    write_project(session)
    assert "packages" not in json.loads((session.rehearsal.project / "Pulumi.yaml").read_text())
