"""The processor's own instruction that fetches memory before it is needed; numba has no word for it."""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

_READ = 0
_KEEP = 3
_DATA = 1


@intrinsic
def prefetch(_typing: Any, array: Any, index: Any) -> Any:  # noqa: ANN401, ARG001 - numba's own types
    """Have `array[index]` fetched, without waiting for it; `index` is not below 0."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        kind = signature.args[0]
        found = context.make_array(kind)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(context, builder, kind, found, [arguments[1]])  # type: ignore[no-untyped-call]
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        call = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        )
        hints = [ir.Constant(number, hint) for hint in (_READ, _KEEP, _DATA)]
        builder.call(call, [builder.bitcast(place, byte), *hints])
        return context.get_dummy_value()

    return types.void(array, types.intp), code
