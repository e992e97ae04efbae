"""A program's folder is run as Pulumi runs it, and leaves nothing behind."""

import gc
import importlib
import os
import sys
from pathlib import Path

import pytest
from nat_egress.state.values import Secret
from nat_egress.testing import Failure, MissingAnswer, record
from pulumi.config import ConfigMissingError

PROJECT = "name: shop\nruntime: python\n"
MAIN = """
import os, sys
import pulumi
from pulumi_azure_native import network
from parts import made

config = pulumi.Config()
network.PublicIPAddress(config.require("name"), resource_group_name="rg")
pulumi.export("made", made)
pulumi.export("where", os.getcwd())
pulumi.export("tags", config.get_object("tags"))
pulumi.export("token", config.get_secret("token"))
pulumi.export("environment", [pulumi.get_project(), pulumi.get_stack(), __name__])
"""
PARTS = """
from pulumi_azure_native import network

made = "in parts.py"
network.RouteTable("table", resource_group_name="rg")
"""
STACK = "config:\n  shop:name: one\n  shop:tags: {a: [1, true]}\n  azure-native:location: northeurope\n"


@pytest.fixture
def shop(folder):
    return folder(
        **{"Pulumi.yaml": PROJECT, "__main__.py": MAIN, "parts.py": PARTS, "Pulumi.dev.yaml": STACK, "stacks/x": ""}
    )


def test_a_program_runs_with_its_stack_file(shop):
    graph = record(shop, stack="dev")
    assert graph.names("PublicIPAddress") == ["one"]
    assert graph.outputs["made"] == "in parts.py"
    assert Path(graph.outputs["where"]) == shop.resolve()
    assert graph.outputs["tags"] == {"a": [1, True]}
    assert graph.outputs["environment"] == ["shop", "dev", "__main__"]
    assert graph.one("PublicIPAddress").outputs["location"] == "northeurope"


def test_what_its_modules_declare_is_declared_in_each_run(shop):
    assert record(shop, stack="dev").names("RouteTable") == record(shop, stack="dev").names("RouteTable") == ["table"]


def test_nothing_is_left_behind(shop, monkeypatch):
    mine = type(sys)("parts")
    monkeypatch.setitem(sys.modules, "parts", mine)
    before = Path.cwd(), list(sys.path), dict(os.environ), sys.modules["__main__"], gc.freeze
    record(shop, stack="dev")
    assert (Path.cwd(), list(sys.path), dict(os.environ), sys.modules["__main__"], gc.freeze) == before
    assert sys.modules["parts"] is mine
    monkeypatch.undo()
    record(shop, stack="dev")
    assert "parts" not in sys.modules


def test_neither_settings_nor_modules_are_left_behind(shop):
    record(shop, stack="dev")
    before = dict(os.environ), set(sys.modules)
    record(shop, stack="dev")
    assert (dict(os.environ), set(sys.modules)) == before
    assert not [name for name in os.environ if name.startswith("PULUMI_CONFIG")]
    assert "parts" not in sys.modules


def test_classes_that_the_test_has_imported_are_those_of_the_program(shop, monkeypatch):
    (shop / "errors.py").write_text("class Wrong(Exception): pass")
    (shop / "__main__.py").write_text("from errors import Wrong\nraise Wrong")
    monkeypatch.syspath_prepend(str(shop))
    wrong = importlib.import_module("errors").Wrong
    try:
        with pytest.raises(wrong):
            record(shop, stack="dev")
        assert sys.modules["errors"].Wrong is wrong
    finally:
        del sys.modules["errors"]


def test_a_program_that_freezes_the_heap_does_not_freeze_the_tests(shop):
    frozen = gc.get_freeze_count()
    (shop / "__main__.py").write_text("import gc\ngc.freeze()\n" + MAIN)
    record(shop, stack="dev")
    assert gc.get_freeze_count() <= frozen


def test_a_modules_lazy_imports_are_found_until_the_program_is_over(shop):
    (shop / "__main__.py").write_text(
        "import pulumi\n"
        "async def main():\n"
        "    import os, parts\n"
        "    return {'made': parts.made, 'where': os.getcwd()}\n"
        "pulumi.run(main)\n"
    )
    outputs = record(shop, stack="dev").outputs
    assert outputs == {"made": "in parts.py", "where": str(shop.resolve())}


def test_configuration_of_a_test_goes_over_the_stack_files(shop):
    graph = record(shop, stack="dev", config={"name": "two", "shop:tags": ["x"], "token": Secret("hush")})
    assert graph.names("PublicIPAddress") == ["two"]
    assert graph.outputs["tags"] == ["x"]
    assert graph.outputs["token"] == Secret("hush")


def test_an_encrypted_value_is_asked_for(shop):
    (shop / "Pulumi.dev.yaml").write_text(STACK + "  shop:token: {secure: v1:abc}\n")
    with pytest.raises(MissingAnswer, match=r'The stack file of dev has shop:token encrypted.*config=\{"shop:token"'):
        record(shop, stack="dev")
    assert record(shop, stack="dev", config={"token": Secret("mine")}).outputs["token"] == Secret("mine")


def test_stack_files_in_a_folder_of_their_own_and_values_of_the_project(shop):
    (shop / "stacks" / "Pulumi.prod.yaml").write_text("config: {shop:tags: {b: 1}}\n")
    (shop / "Pulumi.yaml").write_text(
        PROJECT + "stackConfigDir: stacks\nconfig: {name: {default: three}, tags: {value: 1}}\n"
    )
    graph = record(shop, stack="prod")
    assert graph.names("PublicIPAddress") == ["three"]
    assert graph.outputs["tags"] == {"b": 1}


def test_a_main_folder(shop):
    (shop / "code").mkdir()
    for name in ("__main__.py", "parts.py"):
        (shop / name).rename(shop / "code" / name)
    (shop / "Pulumi.yaml").write_text(PROJECT + "main: code\n")
    assert Path(record(shop, stack="dev").outputs["where"]) == (shop / "code").resolve()


def test_a_stack_that_is_not_there(shop):
    (shop / "Pulumi.test.yaml").write_text("")
    with pytest.raises(Failure, match=r"has no stack file Pulumi.prod.yaml. There are dev, test.$"):
        record(shop, stack="prod")


def test_a_folder_without_a_program(tmp_path):
    with pytest.raises(Failure, match=r"is no Pulumi program: it has no Pulumi.yaml"):
        record(tmp_path, stack="dev")


def test_a_stack_file_that_is_no_yaml(shop):
    (shop / "Pulumi.dev.yaml").write_text("config: [")
    with pytest.raises(Failure, match="is no YAML"):
        record(shop, stack="dev")


def test_a_program_that_fails_says_what_it_raised_and_where(shop):
    (shop / "parts.py").write_text("made = 1 // 0")
    with pytest.raises(ZeroDivisionError) as caught:
        record(shop, stack="dev")
    assert caught.traceback[-1].path == shop.resolve() / "parts.py"


def test_a_setting_that_is_missing_is_said_with_how_a_test_gives_it(shop):
    with pytest.raises(ConfigMissingError) as caught:
        record(shop)
    assert caught.value.__notes__ == [
        'In a test: record(…, stack=NAME) reads a stack file, config={"shop:name": …} gives it.'
    ]


@pytest.mark.parametrize(
    ("main", "file"),
    [("", "shop/__main__.py"), ("main: src\n", "shop/src/__main__.py"), ("main: app.py\n", "shop/app.py")],
)
def test_a_folder_without_a_program_runs_no_other_that_python_finds(folder, monkeypatch, main, file):
    elsewhere = folder(**{"elsewhere__slash____main__.py": "raise AssertionError('another program')"}) / "elsewhere"
    monkeypatch.syspath_prepend(elsewhere)
    shop = folder(**{"shop__slash__Pulumi.yaml": f"name: shop\nruntime: python\n{main}"}) / "shop"
    with pytest.raises(Failure, match=rf"shop has no program: there is no \S+/{file}\. .* says where it is: main\."):
        record(shop)


@pytest.mark.parametrize("runtime", ["nodejs", "{name: nodejs, options: {}}"])
def test_a_program_in_another_language(folder, runtime):
    with pytest.raises(Failure, match=r"is a program in nodejs\. Programs in Python are recorded\."):
        record(folder(**{"Pulumi.yaml": f"name: shop\nruntime: {runtime}\n"}))


@pytest.mark.parametrize("given", [None, ["infra"], pytest])
def test_what_is_no_program(given):
    with pytest.raises(
        Failure, match=r"is no program\. Give its folder, or a function .* record\(main\), and not record"
    ):
        record(given)


def test_values_of_an_esc_environment_are_given_by_the_test(folder):
    shop = folder(
        **{
            "Pulumi.yaml": "name: shop\nruntime: python\n",
            "Pulumi.prod.yaml": "environment: [network]\nconfig: {shop:size: 1}\n",
            "__main__.py": "import pulumi\npulumi.export('place', pulumi.Config().get('place'))\n",
        }
    )
    with pytest.raises(
        MissingAnswer, match=r"stack file of prod takes values from an ESC environment, .* config=\{…\}"
    ):
        record(shop, stack="prod")
    given = record(shop, stack="prod", config={"place": "x"}, may_register_nothing=True)
    assert given.outputs == {"place": "x"}
