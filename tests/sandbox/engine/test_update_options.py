"""Parents, names, providers, functions, transforms and hooks, as programs use them."""

from nat_egress.state.model import PendingOperation

from tests.sandbox.engine.conftest import short


def ops(ran):
    return [op for op, _ in ran.steps]


def test_an_alias_renames_without_touching(stack):
    stack.up('a = Thing("a"); Thing("b", {"of": a.id})')
    ran = stack.up('a = Thing("new", opts=ResourceOptions(aliases=[pulumi.Alias(name="a")])); Thing("b", {"of": a.id})')
    assert ran.steps == [("same", "new"), ("same", "b")]
    assert stack.row("new").id == "a-0"
    assert stack.row("new").aliases == []
    assert stack.row("b").dependencies == [stack.row("new").urn]
    assert len([r for r in stack.snapshot.resources if "Thing" in r.type]) == 2


def test_a_parents_alias_is_inherited_and_names_follow(stack):
    stack.up('g = Group("app"); Thing("app-disk", {}, ResourceOptions(parent=g))')
    ran = stack.up(
        'g = Group("site", opts=ResourceOptions(aliases=[pulumi.Alias(name="app")])); '
        'Thing("site-disk", {}, ResourceOptions(parent=g))'
    )
    assert set(ops(ran)) == {"same"}
    assert stack.row("site-disk").id == "app-disk-0"


def test_an_alias_moves_a_resource_under_a_parent(stack):
    stack.up('Thing("a")')
    ran = stack.up(
        'g = Group("g"); old = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE); '
        'Thing("a", {}, ResourceOptions(parent=g, aliases=[old]))'
    )
    assert ran.steps == [("create", "g"), ("same", "a")]
    assert stack.row("a").urn == "urn:pulumi:dev::p::scripted:index:Group$scripted:index:Thing::a"


def test_an_alias_by_urn_and_two_claims_on_one_resource(stack):
    stack.up('Thing("a")')
    urn = stack.row("a").urn
    ran = stack.preview(
        f'Thing("x", {{}}, ResourceOptions(aliases=["{urn}"]))\nThing("y", {{}}, ResourceOptions(aliases=["{urn}"]))'
    )
    assert not ran.result.succeeded
    assert "Duplicate resource alias" in ran.errors[0]


def test_protect_and_retain_are_inherited_from_the_parent(stack):
    stack.up(
        'g = Group("g", opts=ResourceOptions(protect=True, retain_on_delete=True)); '
        'Thing("a", {}, ResourceOptions(parent=g)); Thing("b", {}, ResourceOptions(parent=g, protect=False))'
    )
    assert stack.row("a").protect is True
    assert stack.row("a").retain_on_delete is True
    assert stack.row("b").protect is False


def test_an_explicit_provider_and_its_configuration(stack):
    program = 'p = Provider("west", {"account": "%s"}); Thing("a", {}, ResourceOptions(provider=p))'
    stack.up(program % "one")
    provider = stack.row("west")
    assert provider.inputs["account"] == "one"
    assert stack.row("a").provider == f"{provider.urn}::{provider.id}"
    assert not [row for row in stack.snapshot.resources if row.urn.endswith("default_1_0_0")]
    ran = stack.up(program % "two")
    assert ran.steps == [
        ("create-replacement", "west"),
        ("replace", "west"),
        ("create-replacement", "a"),
        ("replace", "a"),
        ("delete-replaced", "a"),
        ("delete-replaced", "west"),
    ]
    assert ran.did("Delete") == ["a"]


def test_a_provider_whose_configuration_is_not_known_at_preview(stack):
    program = (
        'a = Thing("a"); p = Provider("west", {"account": a.computed}); '
        'Thing("b", {"size": 1}, ResourceOptions(provider=p))'
    )
    ran = stack.preview(program)
    assert ran.result.succeeded, ran.errors
    assert ran.did("Create") == ["a"]
    assert ran.result.resource_changes == {"create": 4}
    ran = stack.up(program)
    assert ran.result.succeeded, ran.errors
    assert stack.row("west").inputs["account"] == "computed of a"


def test_each_provider_resource_has_a_process_of_its_own(stack):
    ran = stack.up(
        'w = Provider("west", {"account": "w"}); e = Provider("east", {"account": "e"}); '
        'Thing("a", {}, ResourceOptions(provider=w)); Thing("b", {}, ResourceOptions(provider=e))'
    )
    configured = {
        call["variables"]["scripted:config:account"]: call["pid"] for call in ran.calls if "variables" in call
    }
    created = {call["urn"][-1]: call["pid"] for call in ran.calls if call["call"] == "Create"}
    assert created == {"a": configured["w"], "b": configured["e"]}
    assert created["a"] != created["b"]


def test_a_components_providers_reach_its_children(stack):
    stack.up(
        'p = Provider("west", {"account": "one"}); g = Group("g", opts=ResourceOptions(providers=[p])); '
        'h = Group("h", opts=ResourceOptions(parent=g)); Thing("a", {}, ResourceOptions(parent=h))'
    )
    assert "::west::" in stack.row("a").provider


def test_the_stacks_configuration_reaches_the_default_provider(stack):
    stack.config = {"scripted:account": "one", "p:other": "x"}
    ran = stack.up('Thing("a")')
    assert stack.row("default_1_0_0").inputs["account"] == "one"
    [configure] = [call for call in ran.calls if call["call"] == "Configure"]
    assert configure["variables"] == {"scripted:config:account": "one"}


def test_reading_what_exists(stack):
    program = """
class Known(pulumi.CustomResource):
    found: Output[str]
    def __init__(self, name, opts):
        opts = ResourceOptions.merge(ResourceOptions(version="1.0.0"), opts)
        super().__init__("scripted:index:Thing", name, {"found": None}, opts)
r = Known("r", ResourceOptions(id="%s"))
pulumi.export("found", r.found)
"""
    ran = stack.up(program % "vm-7")
    assert ran.steps == [("read", "r")]
    assert ran.result.outputs == {"found": "vm-7"}
    assert stack.row("r").external is True
    ran = stack.up("")
    assert ran.steps == [("discard", "r")]
    assert ran.did("Delete") == []
    ran = stack.preview(program % "gone")
    assert "resource 'gone' does not exist" in ran.errors[0]


def test_a_read_is_counted_where_it_finds_something_new(stack):
    program = """
class Known(pulumi.CustomResource):
    def __init__(self, name, id):
        super().__init__("scripted:index:Thing", name, {}, ResourceOptions(version="1.0.0", id=id))
Known("r", "%s")
"""
    assert stack.up(program % "vm-7").result.resource_changes == {"create": 1}
    assert stack.up(program % "vm-7").result.resource_changes == {"same": 1}
    assert stack.preview(program % "vm-8").result.resource_changes == {"same": 1, "read": 1}


def test_what_another_is_read_in_the_place_of_is_deleted_by_a_later_update_where_this_one_fails(stack):
    stack.up('Thing("a", {"force": 1})')
    program = """
class Known(pulumi.CustomResource):
    def __init__(self, name, id):
        super().__init__("scripted:index:Thing", name, {}, ResourceOptions(version="1.0.0", id=id))
k = Known("a", "vm-7")
"""
    ran = stack.up(program + 'Thing("b", {"of": k.id, "create": "fail"})')
    assert not ran.result.succeeded
    rows = [row for row in stack.snapshot.resources if short(row.urn) == "a"]
    assert sorted((row.id, row.external, row.delete) for row in rows) == [("a-1.0", False, True), ("vm-7", True, False)]
    ran = stack.up(program)
    assert ran.did("Delete") == ["a"]
    assert stack.row("a").id == "vm-7"


def test_calling_a_function(stack):
    call = 'pulumi.runtime.invoke("scripted:index:echo", {"say": "hi"}, pulumi.InvokeOptions(version="1.0.0")).value'
    ran = stack.preview(f'pulumi.export("echo", {call}["echo"])')
    assert ran.result.outputs == {"echo": "hi"}
    ran = stack.preview(f"""
try:
    {call.replace('"say": "hi"', '"fail": True')}
except Exception as error:
    pulumi.export("error", str(error))
""")
    assert ran.result.succeeded
    assert "invocation of scripted:index:echo returned an error: told to fail" in ran.result.outputs["error"]


def test_transforms_of_the_resource_its_parents_and_the_stack(stack):
    stack.up("""
def mark(word):
    def transform(args):
        if args.type_ != "scripted:index:Thing":
            return None
        return pulumi.ResourceTransformResult(
            {**args.props, "marks": args.props.get("marks", "") + word},
            ResourceOptions.merge(args.opts, ResourceOptions(protect=True)))
    return transform
pulumi.runtime.register_resource_transform(mark("3"))
g = Group("g", opts=ResourceOptions(transforms=[mark("2")]))
other = Thing("other")
Thing("a", {"of": other.id}, ResourceOptions(parent=g, transforms=[mark("1")]))
""")
    a = stack.row("a")
    assert a.inputs["marks"] == "123"
    assert stack.row("other").inputs["marks"] == "3"
    assert a.protect is True
    assert a.dependencies == [stack.row("other").urn]
    # The program's library does not say what a property depends on that went through a transform; the CLI keeps none.
    assert a.property_dependencies["of"] == []


HOOKED = """
from pathlib import Path
def note(args):
    with open({log!r}, "a") as file:
        new, old = args.new_inputs or {{}}, args.old_inputs or {{}}
        file.write(f"{{args.name}} {{new.get('x')}} {{old.get('x')}}\\n")
    if {refuse!r}:
        raise Exception({refuse!r})
hook = lambda name: pulumi.ResourceHook(name, note, pulumi.ResourceHookOptions(on_dry_run=True))
bind = pulumi.ResourceHookBinding({when}=[hook("guard")])
g = Group("g", {{"x": {x}}}, ResourceOptions(hooks=bind))
Thing("a", {{"size": {x}}}, ResourceOptions(parent=g))
g.register_outputs({{}})
"""


def hooked(stack, x, *, when="before_update", refuse=""):
    return HOOKED.format(log=str(stack.folder / "hooks"), x=x, when=when, refuse=refuse)


def test_a_hook_before_the_update_of_a_component_runs_in_previews_too(stack):
    stack.up(hooked(stack, 1))
    assert not (stack.folder / "hooks").exists()
    ran = stack.preview(hooked(stack, 2))
    assert ran.result.succeeded, ran.errors
    assert (stack.folder / "hooks").read_text() == "g 2.0 1.0\n"


def test_a_hook_that_raises_stops_the_change_before_any_child_is_touched(stack):
    stack.up(hooked(stack, 1))
    for run in (stack.preview, stack.up):
        ran = run(hooked(stack, 2, refuse="addresses would be needed twice"))
        assert not ran.result.succeeded
        assert 'before hook "guard" failed' in ran.errors[0]
        assert "addresses would be needed twice" in ran.errors[0]
        assert ran.did("Update") == []
    assert stack.row("g").inputs == {"x": 1}
    assert stack.row("a").inputs["size"] == 1


def test_a_hook_after_the_creation_of_a_component_runs_when_it_has_outputs(stack):
    ran = stack.up(hooked(stack, 1, when="after_create", refuse="not good"))
    assert not ran.result.succeeded
    assert any('after hook "guard" failed' in message for message in ran.errors)
    assert stack.row("g").inputs == {"x": 1}


def test_a_hook_of_a_deletion_needs_the_program_and_nothing_is_destroyed_without_it(stack):
    stack.up(hooked(stack, 1, when="before_delete"))
    before = list(stack.snapshot.resources)
    for look_only in (True, False):
        ran = stack.destroy(look_only=look_only)
        assert not ran.result.succeeded
        assert ran.errors[0] == "Resource has delete hooks registered, but the program is not running. Hooks: guard"
        assert "take the hooks off" in ran.errors[1]
        assert (ran.steps, ran.did("Delete")) == ([], [])
    assert stack.snapshot.resources == before


def test_a_hook_that_asks_for_what_is_refused_is_not_waited_for(stack):
    ran = stack.up("""
async def guard(args):
    await pulumi.runtime.invoke_async("nobody:index:ask", {})
hook = pulumi.ResourceHook("guard", guard)
Thing("a", {}, ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[hook])))
""")
    assert "no provider for package nobody" in ran.errors[0]
    assert 'before hook "guard" failed' in ran.errors[1]
    assert ran.did("Create") == []


def test_what_a_destroy_is_refused_for_comes_before_any_warning(stack):
    stack.up(hooked(stack, 1, when="before_delete"))
    stack.snapshot.pending_operations.append(PendingOperation(stack.row("a"), "creating"))
    ran = stack.destroy()
    assert {severity for severity, _ in ran.said} == {"error"}


def test_an_error_hook_may_ask_for_another_try(stack):
    ran = stack.up("""
def again(args):
    return len(args.errors) < 3
hook = pulumi.ErrorHook("again", again)
Thing("a", {"create": "fail"}, ResourceOptions(hooks=pulumi.ResourceHookBinding(on_error=[hook])))
""")
    assert not ran.result.succeeded
    assert ran.did("Create") == ["a", "a", "a"]
    warnings = [message for severity, message in ran.said if severity == "warning"]
    assert warnings[0] == "retrying create due to on-error hook request (1/100)"


def test_custom_timeouts_are_passed_on_and_kept(stack):
    ran = stack.up('Thing("a", {}, ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="1h30m")))')
    assert [call["timeout"] for call in ran.calls if call["call"] == "Create"] == [5400.0]
    assert stack.row("a").custom_timeouts == {"create": 5400.0}


def test_a_program_may_ask_for_a_release_of_the_engine(stack):
    assert stack.preview('pulumi.require_pulumi_version(">=3.0.0 <4.0.0")').result.succeeded
    ran = stack.preview('pulumi.require_pulumi_version(">=4.0.0")')
    assert "does not satisfy the version range" in ran.errors[0]


def test_an_async_program_imports_its_own_modules(stack):
    (stack.folder / "graph.py").write_text('NAME = "from the program"')
    ran = stack.preview("""
import graph
async def main():
    return {"name": graph.NAME}
pulumi.run(main)
""")
    assert ran.result.outputs == {"name": "from the program"}
