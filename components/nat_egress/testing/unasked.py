"""What a test gives and nothing in the program asks for, so that the test would be the same without it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..did_you_mean import nearest_in_any_case, suggestion
from ..graph.values import listed
from .answers import keys_of
from .failures import Unasked, hidden
from .graph import ResourceGraph
from .monitor import STACK_REFERENCE

__tracebackhide__ = hidden


def refuse_unasked(
    graph: ResourceGraph,
    *,
    outputs: Collection[str],
    invokes: Collection[str],
    stack_references: Collection[str],
    config: Collection[str],
    read: Collection[str],
) -> None:
    """Raise `Unasked` if nothing asked for one of these keys of the arguments of `record`.

    `read` are the full keys of the configuration that were asked for.
    """
    lines = [
        *_of_outputs(outputs, graph),
        *_of_invokes(invokes, graph),
        *_of_references(stack_references, graph),
        *_of_config(config, read, graph.project),
    ]
    if lines:
        raise Unasked(
            "The program asks for none of these, so that the test would be the same without them:\n"
            + "\n".join(f"  {line}" for line in lines)
            + "\nCorrect them or leave them out. Where one set of them is for several programs: "
            "record(…, may_give_unasked=True)."
        )


def _of_outputs(given: Collection[str], graph: ResourceGraph) -> Iterator[str]:
    # A component that runs in the program gives its outputs itself.
    made = [one for one in graph if (one.custom or one.request.remote) and one.type != STACK_REFERENCE]
    asked = {key for one in made for key in keys_of(one.type, one.name)} if given else set()
    for key in _missing(given, asked):
        kind, _, name = key.partition(" ")
        if names := [one.name for one in made if one.is_a(kind)]:
            yield f'outputs={{"{key}": …}}. {_hint(name, names, f"The names of {kind} are")}'
        else:
            yield f'outputs={{"{key}": …}}. {_hint(kind, [one.kind for one in made], "The program registers")}'


def _of_invokes(given: Collection[str], graph: ResourceGraph) -> Iterator[str]:
    if graph.preview:  # in which a function whose arguments are not known is not called
        return
    called = [call.token.rpartition(":")[2] for call in graph.calls]
    for key in _missing(given, {*called, *(call.token for call in graph.calls)}):
        yield f'invokes={{"{key}": …}}. {_hint(key, called, "The program calls")}'


def _of_references(given: Collection[str], graph: ResourceGraph) -> Iterator[str]:
    read = [f"{one.id}" for one in graph if one.type == STACK_REFERENCE]
    for key in _missing(given, read):
        yield f'stack_references={{"{key}": …}}. {_hint(key, read, "The program reads outputs of")}'


def _of_config(given: Collection[str], read: Collection[str], project: str) -> Iterator[str]:
    # Other namespaces are read by providers. A program that asks for no key of its own reads all of them at once.
    own = [key.removeprefix(f"{project}:") for key in read if key.startswith(f"{project}:")]
    for key in _missing([key.removeprefix(f"{project}:") for key in given] if own else (), own):
        if ":" not in key:
            yield f'config={{"{key}": …}}. {_hint(key, own, "The program reads")}'


def _missing(given: Collection[str], asked: Collection[str]) -> list[str]:
    return [key for key in given if key not in asked]


def _hint(word: str, known: Collection[str], told: str) -> str:
    return suggestion(nearest_in_any_case(word, known), f"{told}: {listed(sorted(known)) or 'nothing'}.")
