"""Small programs for the scripted provider, and what is done with them one after another: by seed, always the same.

A program is a list of resources, each after all that it mentions. What changes from one operation to the next changes
the list; `render` writes it in Python.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

TYPES = {
    "thing": "scripted:index:Thing",
    "other": "scripted:index:Other",
    "group": "scripted:index:Group",
    "provider": "scripted",
    "known": "scripted:index:Thing",
}
CUSTOM = ("thing", "other")
IGNORED = ("x", "size", "list[0]", "deep.x", "deep", "of", "word", "list[*]")
REPLACING = ("size", "*", "deep.x", "list[*]", "word", "of")
HOOKS = ("before_create", "after_create", "before_update", "after_update", "before_delete", "after_delete")
KNOWN = """
class Known(pulumi.CustomResource):
    found: Output[str]
    def __init__(self, name, id_, opts):
        opts = ResourceOptions.merge(ResourceOptions(version="1.0.0", id=id_), opts)
        super().__init__("scripted:index:Thing", name, {"found": None}, opts)

def say_nothing(args):
    pass

def refuse(args):
    raise Exception("the hook says no")

well = pulumi.ResourceHook("well", say_nothing, pulumi.ResourceHookOptions(on_dry_run=True))
badly = pulumi.ResourceHook("badly", refuse)
"""


@dataclass(frozen=True)
class Ref:
    """An output of another resource, or the resource itself where `output` is empty."""

    key: str
    output: str = ""


@dataclass(frozen=True)
class Hidden:
    """A secret."""

    value: Any


@dataclass(frozen=True)
class Node:
    """A resource: `key` is what it is, as long as it lives; `name` is what the program calls it now."""

    key: str
    name: str
    kind: str
    inputs: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[tuple[str, Any], ...] = ()

    def mentions(self) -> set[str]:
        """Return the keys of the resources that this one mentions."""
        return {ref.key for ref in _refs([self.inputs, self.options, [value for _, value in self.aliases]])}


@dataclass(frozen=True)
class Operation:
    """One operation: `preview`, `up`, `refresh` or `destroy`, and what it needs to know."""

    kind: str
    program: tuple[Node, ...] = ()
    drift: dict[str, Any] = field(default_factory=dict)
    look_only: bool = False
    exclude_protected: bool = False
    refresh: bool = False
    """Whether what is there is looked at before anything else."""

    @property
    def preview(self) -> bool:
        """Whether nothing is to be changed."""
        return self.kind == "preview" or self.look_only


@dataclass(frozen=True)
class Sequence:
    """Operations on one stack."""

    seed: int
    serial: bool
    """Whether each registration awaits the one before it; then anything may fail at any time, and nothing races."""
    accept_secrets: bool
    operations: tuple[Operation, ...]


def _refs(value: Any) -> list[Ref]:
    if isinstance(value, Ref):
        return [value]
    if isinstance(value, Hidden):
        return _refs(value.value)
    if isinstance(value, dict):
        value = list(value.values())
    return [ref for item in value for ref in _refs(item)] if isinstance(value, list | tuple) else []


def _code(value: Any) -> str:
    if isinstance(value, Ref):
        return f"{value.key}.{value.output}" if value.output else value.key
    if isinstance(value, Hidden):
        return f"Output.secret({_code(value.value)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_code(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_code, value)) + "]"
    return repr(value)


def _resource_options(node: Node) -> str:
    given = dict(node.options)
    given.pop("outputs", None)
    timeouts = given.pop("custom_timeouts", None)
    words = [f"{name}={_code(value)}" for name, value in given.items() if name != "hooks"]
    if timeouts:
        words.append(f"custom_timeouts=pulumi.CustomTimeouts(**{timeouts!r})")
    if hooks := given.pop("hooks", None):
        bound = ", ".join(f"{when}=[{name}]" for when, name in hooks.items())
        words.append(f"hooks=pulumi.ResourceHookBinding({bound})")
    if node.aliases:
        words.append("aliases=[" + ", ".join(_alias(*alias) for alias in node.aliases) + "]")
    return f"ResourceOptions({', '.join(words)})"


def _alias(what: str, value: Any) -> str:
    if what == "parent":
        return f"pulumi.Alias(parent={value.key if value else 'pulumi.ROOT_STACK_RESOURCE'})"
    return f"pulumi.Alias({what}={value!r})"


def _line(node: Node) -> str:
    if node.kind == "end":
        return 'raise pulumi.RunError("that is all")'
    inputs, options = _code(node.inputs), _resource_options(node)
    if node.kind == "known":
        return f"{node.key} = Known({node.name!r}, {node.inputs['id']!r}, {options})"
    if node.kind == "group":
        return f"{node.key} = Group({node.name!r}, {inputs}, {options})"
    if node.kind == "provider":
        return f"{node.key} = Provider({node.name!r}, {inputs}, {options})"
    return f"{node.key} = Thing({node.name!r}, {inputs}, {options}, {TYPES[node.kind]!r})"


def render(program: tuple[Node, ...], *, serial: bool) -> str:
    """Return the program as Python, after the classes of conftest.py."""
    lines = [KNOWN, "async def main():"]
    for node in program:
        lines.append(f"    {_line(node)}")
        if serial and node.key:
            lines.append(f"    await {node.key}.urn.future()")
    lines += [
        f"    {node.key}.register_outputs({_code(node.options['outputs'])})"
        for node in program
        if "outputs" in node.options
    ]
    outputs = {node.name: Ref(node.key, "id") for node in program if node.kind in CUSTOM}
    return "\n".join([*lines, f"    return {_code(outputs)}", "pulumi.run(main)", ""])


class Maker:
    """Makes and changes programs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - programs, not secrets
        self.serial = self.random.random() < 0.7
        self._count = 0

    def chance(self, share: float) -> bool:
        """Tell yes in `share` of all cases."""
        return self.random.random() < share

    def program(self) -> tuple[Node, ...]:
        """Return a program of a few resources."""
        program: tuple[Node, ...] = ()
        for _ in range(self.random.randint(3, 7)):
            program = (*program, self.node(program))
        return sane(program)

    def node(self, before: tuple[Node, ...]) -> Node:
        """Return a new resource that may mention those of `before`."""
        self._count += 1
        kind = self.random.choices(("thing", "other", "group", "provider", "known"), (60, 6, 18, 9, 7))[0]
        name = f"{'abcdefghij'[self._count % 10]}{self._count}"
        node = Node(name, name, kind)
        node = replace(node, inputs=self._inputs(kind, before), options=self._options(kind, before))
        if kind == "known":
            node = replace(node, inputs={"id": f"vm-{self._count}"})
        return node

    def _inputs(self, kind: str, before: tuple[Node, ...]) -> dict[str, Any]:
        if kind == "provider":
            sources = [node for node in before if node.kind in CUSTOM]
            if sources and self.chance(0.2):
                return {"account": Ref(self.random.choice(sources).key, "computed")}
            return {"account": self.random.choice(("one", "two"))}
        sources = [node for node in before if node.kind in (*CUSTOM, "known")]
        if kind == "group":
            return {"x": self.random.choice((1, 2, Hidden(3)))} if self.chance(0.5) else {}
        table = (
            (0.6, "size", self.random.randint(1, 3)),
            (0.4, "force", self.random.randint(1, 2)),
            (0.2, "word", Hidden(self.random.choice(("hush", "whisper")))),
            (0.25, "list", [self.random.randint(1, 3) for _ in range(self.random.randint(0, 3))]),
            (0.25, "deep", {"x": self.random.randint(1, 2), "y": self.random.choice(("p", "q"))}),
            (0.15, "tag", "own"),
            (0.2, "dbr", True),
            (0.1, "quiet", True),
        )
        inputs: dict[str, Any] = {key: value for share, key, value in table if self.chance(share)}
        if sources and self.chance(0.6):
            inputs[self.random.choice(("of", "of", "force", "tag"))] = self._reference(sources)
        if sources and self.chance(0.2):
            inputs["list"] = [self._reference(sources), {"inner": self._reference(sources)}]
        return inputs

    def _reference(self, sources: list[Node]) -> Ref:
        source = self.random.choice(sources)
        outputs = ("found", "id") if source.kind == "known" else ("id", "computed", "tag")
        return Ref(source.key, self.random.choice(outputs))

    def _options(self, kind: str, before: tuple[Node, ...]) -> dict[str, Any]:
        custom, group, chance = kind in CUSTOM, kind == "group", self.chance
        things = [Ref(node.key) for node in before if node.kind in CUSTOM]
        groups = [Ref(node.key) for node in before if node.kind == "group"]
        providers = [Ref(node.key) for node in before if node.kind == "provider"]
        # Without an order of registration, who waits for a group may wait for a child of it that waits for oneself.
        known = [Ref(node.key) for node in before if node.kind == "known"]
        awaited = [*things, *known, *(groups if self.serial else ())]
        pairs = [[one, other] for one in awaited for other in awaited if one != other]
        output = Ref(self.random.choice(things).key, "computed") if things else 1
        failing_hooks = [{when: "badly"} for when in HOOKS] if self.serial else []
        table: tuple[tuple[str, bool, list[Any]], ...] = (
            ("parent", chance(0.4), [*groups, *groups, *things]),
            ("depends_on", chance(0.25), [*([one] for one in awaited), *pairs]),
            ("protect", chance(0.13) and kind != "known", [True, True, True, False]),
            ("retain_on_delete", chance(0.1) and (custom or group), [True, True, True, False]),
            ("deleted_with", chance(0.12) and (custom or group), things),
            ("ignore_changes", chance(0.15) and (custom or group), [[path] for path in IGNORED]),
            ("replace_on_changes", chance(0.15) and custom, [[path] for path in REPLACING]),
            ("delete_before_replace", chance(0.2) and kind not in {"group", "known"}, [True, True, False]),
            ("provider", chance(0.5) and custom, providers),
            ("providers", chance(0.4) and group, [[provider] for provider in providers]),
            ("custom_timeouts", chance(0.1) and custom, [{"create": "5m"}, {"update": "1h30m"}, {"delete": "5m"}]),
            ("additional_secret_outputs", chance(0.1) and custom, [["computed"], ["size"]]),
            ("hooks", chance(0.06) and (custom or group), [{when: "well"} for when in HOOKS] + failing_hooks),
            ("outputs", chance(0.6) and group, [{"x": output}, {"x": output}, {"x": Hidden(output), "y": 1}]),
        )
        return {name: self.random.choice(values) for name, wanted, values in table if wanted and values}

    def change(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        """Return `program` after a few changes."""
        for _ in range(self.random.choices((0, 1, 2, 3, 4), (5, 30, 35, 20, 10))[0]):
            changes = {
                self._add: 15,
                self._remove: 14,
                self._rename: 8,
                self._move: 8,
                self._retype: 3,
                self._adopt: 5,
                self._set_inputs: 30,
                self._set_options: 17,
            }
            [change] = self.random.choices(list(changes), list(changes.values()))
            program = change(program)
        return sane(program)

    def _add(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        place = self.random.randint(0, len(program))
        return (*program[:place], self.node(program[:place]), *program[place:])

    def _remove(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        if not program:
            return program
        gone = self.random.choice(program).key
        return tuple(without(node, gone) for node in program if node.key != gone)

    def _replaced(self, program: tuple[Node, ...], node: Node) -> tuple[Node, ...]:
        return tuple(node if other.key == node.key else other for other in program)

    def _one(self, program: tuple[Node, ...], kinds: tuple[str, ...]) -> tuple[int, Node] | None:
        found = [(index, node) for index, node in enumerate(program) if node.kind in kinds]
        return self.random.choice(found) if found else None

    def _rename(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        found = self._one(program, ("thing", "other", "group", "provider"))
        if found is None:
            return program
        self._count += 1
        node = found[1]
        aliases = (*node.aliases, ("name", node.name)) if self.chance(0.85) else ()
        return self._replaced(program, replace(node, name=f"{node.key}r{self._count}", aliases=aliases))

    def _move(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        found = self._one(program, ("thing", "other", "group"))
        if found is None:
            return program
        index, node = found
        parents = [Ref(other.key) for other in program[:index] if other.kind == "group" or other.kind in CUSTOM]
        old, new = node.options.get("parent"), self.random.choice([None, *parents])
        options = {key: value for key, value in node.options.items() if key != "parent"}
        if new is not None:
            options["parent"] = new
        aliases = node.aliases
        if new != old and self.chance(0.85):
            aliases = (*aliases, ("parent", old))
        return self._replaced(program, replace(node, options=options, aliases=aliases))

    def _retype(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        found = self._one(program, CUSTOM)
        if found is None:
            return program
        node = found[1]
        kind = "thing" if node.kind == "other" else "other"
        aliases = (*node.aliases, ("type_", TYPES[node.kind])) if self.chance(0.85) else ()
        return self._replaced(program, replace(node, kind=kind, aliases=aliases))

    def _adopt(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        """Let a resource that was only read be the program's own, or the other way."""
        found = self._one(program, ("thing", "known"))
        if found is None:
            return program
        index, node = found
        if node.kind == "known":
            new = replace(node, kind="thing", inputs=self._inputs("thing", program[:index]))
        else:
            options = {name: value for name, value in node.options.items() if name in {"parent", "depends_on"}}
            # The same id: what is read in the place of another is as good as deleted to the CLI, whatever fails then.
            force = node.inputs.get("force", 0)
            inputs = {"id": f"{node.name}-{float(force) if force and isinstance(force, int) else 0}"}
            new = replace(node, kind="known", inputs=inputs, options=options, aliases=())
        return self._replaced(tuple(with_id_of(other, node.key) for other in program), new)

    def _set_inputs(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        found = self._one(program, ("thing", "other", "group", "provider", "known"))
        if found is None:
            return program
        index, node = found
        fresh = self._inputs(node.kind, program[:index])
        if node.kind == "known":
            fresh = {"id": f"vm-{self.random.randint(50, 60)}"}
        kept = {key: value for key, value in node.inputs.items() if self.chance(0.75)}
        return self._replaced(
            program, replace(node, inputs={**fresh, **kept} if self.chance(0.4) else {**kept, **fresh})
        )

    def _set_options(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        found = self._one(program, ("thing", "other", "group", "provider"))
        if found is None:
            return program
        index, node = found
        fresh = self._options(node.kind, program[:index])
        fresh.pop("parent", None)
        kept = {key: value for key, value in node.options.items() if key == "parent" or self.chance(0.6)}
        return self._replaced(program, replace(node, options={**fresh, **kept}))

    def failing(self, program: tuple[Node, ...]) -> tuple[Node, ...]:
        """Return `program` with one or two resources that will fail."""
        for _ in range(self.random.randint(1, 2)):
            found = self._one(program, CUSTOM)
            if found is not None:
                node = found[1]
                what = self.random.choice(("create", "update", "delete"))
                how = "fail" if what == "delete" or self.chance(0.6) else "partial"
                slowly = "" if self.serial else " slowly"
                more = {"force": self.random.randint(3, 6)} if self.chance(0.3) else {}
                inputs = {**node.inputs, what: how + slowly, "size": self.random.randint(4, 6), **more}
                program = self._replaced(program, replace(node, inputs=inputs))
        found = self._one(program, CUSTOM)
        if found is not None and self.serial and self.chance(0.1):
            program = self._replaced(program, replace(found[1], inputs={**found[1].inputs, "bad": "no good"}))
        if self.serial and self.chance(0.15):
            place = self.random.randint(0, len(program))
            program = (*program[:place], Node("", "", "end"), *program[place:])
        return program

    def drift(self, program: tuple[Node, ...]) -> dict[str, Any]:
        """Return what a refresh finds of some resources that is not as it was."""
        drift: dict[str, Any] = {}
        for node in program:
            if node.kind in (*CUSTOM, "known") and self.chance(0.35):
                drift[node.name] = self._finding(node)
        return drift

    def _finding(self, node: Node) -> Any:
        findings: tuple[Any, ...] = (
            None,
            {"inputs": {"size": 9}, "outputs": {"size": 9, "computed": "anew"}},
            {"inputs": {"tag": None}, "outputs": {"tag": None}},
            {"silent": True, "outputs": {"computed": "anew"}},
            {"inputs": {"list": [7], "deep": {"x": 7}}, "outputs": {"list": [7]}},
            {"unwell": ["it limps"], "outputs": {"computed": "half"}},
            {"id": "other-" + node.key},
            {"fail": "no answer"},
        )
        return self.random.choices(findings, (20, 20, 10, 10, 10, 8, 8, 6))[0]


def sane(program: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return `program` with no resource that waits for a group which it is in."""
    above: dict[str, set[str]] = {}
    result = []
    for node in program:
        parent = node.options.get("parent")
        above[node.key] = {parent.key, *above[parent.key]} if parent else set()
        options = dict(node.options)
        options["depends_on"] = [ref for ref in options.pop("depends_on", ()) if ref.key not in above[node.key]]
        result.append(replace(node, options={key: value for key, value in options.items() if value != []}))
    return tuple(result)


def without(node: Node, gone: str) -> Node:
    """Return `node` with no mention of the resource `gone`."""

    def clean(value: Any) -> Any:
        if isinstance(value, Ref):
            return "left" if value.key == gone else value
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items()}
        if isinstance(value, list):
            return [clean(item) for item in value]
        return value

    options: dict[str, Any] = {}
    for name, value in node.options.items():
        if isinstance(value, Ref) and value.key == gone:
            continue
        if name in {"depends_on", "providers"}:
            value = [ref for ref in value if ref.key != gone]  # noqa: PLW2901
            if not value:
                continue
        options[name] = clean(value)
    aliases = tuple(alias for alias in node.aliases if not (isinstance(alias[1], Ref) and alias[1].key == gone))
    return replace(node, inputs=clean(node.inputs), options=options, aliases=aliases)


def with_id_of(node: Node, key: str) -> Node:
    """Return `node` with the id of the resource `key` in the place of any other output of it."""

    def only_id(value: Any) -> Any:
        if isinstance(value, Ref) and value.key == key and value.output:
            return Ref(key, "id")
        if isinstance(value, dict):
            return {name: only_id(item) for name, item in value.items()}
        return [only_id(item) for item in value] if isinstance(value, list) else value

    options = {name: value for name, value in node.options.items() if name != "deleted_with" or value.key != key}
    return replace(node, inputs=only_id(node.inputs), options=only_id(options))


def healthy(program: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return `program` with nothing in it that is told to fail."""
    words = ("create", "update", "delete", "bad")
    return tuple(
        replace(node, inputs={key: value for key, value in node.inputs.items() if key not in words})
        for node in program
        if node.kind != "end"
    )


def sequence(seed: int) -> Sequence:
    """Return the operations of `seed`."""
    make = Maker(seed)
    program = make.program()
    operations = [Operation("up", program)]
    for _ in range(make.random.randint(2, 4)):
        shares = {
            "change": 34,
            "fail": 20,
            "refresh": 14,
            "look": 5,
            "excluded": 6,
            "destroy": 6,
            "foresee": 7,
            "same": 4,
        }
        [what] = make.random.choices(list(shares), list(shares.values()))
        refresh = make.chance(0.15)
        drift = make.drift(program)
        if what in {"refresh", "look"}:
            operations.append(Operation("refresh", drift=drift, look_only=what == "look"))
        elif what in {"excluded", "destroy", "foresee"}:
            destroy = Operation("destroy", drift=drift, look_only=what == "foresee", refresh=refresh)
            operations.append(
                replace(destroy, exclude_protected=what == "excluded", refresh=refresh and what != "excluded")
            )
        else:
            program = healthy(program) if what == "same" else make.change(healthy(program))
            if what == "fail":
                program = make.failing(program)
            if make.chance(0.5):
                operations.append(Operation("preview", program, drift, refresh=refresh))
            operations.append(Operation("up", program, drift, refresh=refresh))
    if make.chance(0.6):
        operations.append(Operation("destroy"))
    return Sequence(seed, make.serial, make.chance(0.5), tuple(operations))
