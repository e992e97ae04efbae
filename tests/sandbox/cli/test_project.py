from __future__ import annotations

import sys
from pathlib import Path

import pytest
from azure_sandbox.engine import project
from azure_sandbox.errors import CommandError


def test_the_project_is_found_upwards(root):
    assert project.find(root / "program") == root / "Pulumi.yaml"


def test_no_project_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(CommandError, match=r"no Pulumi.yaml project file found \(searching upwards from"):
        project.find(tmp_path)


def test_what_the_engine_is_told(root):
    resolved = project.resolve(project.read(root / "Pulumi.yaml"))
    assert (resolved.name, resolved.root, resolved.program) == ("shop", root, root / "program")
    assert resolved.python == Path(sys.prefix) / "bin" / "python"


def test_the_short_form_of_the_runtime(root):
    (root / "Pulumi.yaml").write_text("name: shop\nruntime: python\nmain: program\nwhatever: is passed over\n")
    assert project.resolve(project.read(root / "Pulumi.yaml")).python == Path(sys.executable)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("runtime: python", "missing a 'name' attribute"),
        ("name: a b\nruntime: python", "name: 'a b' is not a project name"),
        ("name: x\nruntime: go", "runtime: 'go' is not supported"),
        ("name: x\nruntime: {name: python, options: [a]}", "runtime.options must be a mapping"),
        ("name: x\nruntime: [", "invalid YAML"),
        ("name: x\nruntime: python\nmain: [a]", "main: must be text"),
        ("name: x\nruntime: python\nmain: nowhere", "main: there is no program at"),
        (
            "name: x\nruntime: {name: python, options: {virtualenv: gone}}\nmain: program",
            "there is no virtual environment at",
        ),
        (
            "name: x\nruntime: {name: python, options: {toolchain: poetry}}\nmain: program",
            "needs `virtualenv` to be set",
        ),
        ("just text", "the file must be a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(root, content, said):
    (root / "Pulumi.yaml").write_text(content)
    with pytest.raises(CommandError) as refused:
        project.resolve(project.read(root / "Pulumi.yaml"))
    assert str(refused.value).startswith(str(root / "Pulumi.yaml"))
    assert said in str(refused.value)
