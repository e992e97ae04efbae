"""What Azure was asked, in tests' words."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from nat_egress.testing.failures import Failure

from ..arm.errors import Refusal
from ..arm.ids import ResourceId, parse
from ..arm.resource_types import RESOURCE_TYPES
from ..arm.response import Request
from ..provider.standstill import is_of_type

METHODS: Final = ("PUT", "GET", "DELETE")


def check(method: str | None, type_: str | None) -> None:
    """Raise `Failure` for a method or a type that is none: no request could ever be about it."""
    if method is not None and method not in METHODS:
        raise Failure(f"{method} is no method of a request. There are: {', '.join(METHODS)}.")
    if type_ is not None:
        full_type(type_)


def full_type(type_: str) -> str:
    """Return the whole name of a type, such as `subnets` is for one. Raises `Failure` where there is none."""
    all_ = sorted(each.name for each in RESOURCE_TYPES.values())
    found = [name for name in all_ if is_of_type(name, type_)]
    if not found:
        raise Failure(f"The sandbox's Azure has no type {type_}. There are: {', '.join(all_)}.")
    return found[0]


def is_about(request: Request, method: str | None, type_: str | None, name: str | None) -> bool:
    """Tell whether a request is of a method and about a type and a name; None stands for any."""
    where = _where(request)
    if where is None:
        return type_ is None and name is None and method in (None, request.method)
    return (
        method in (None, request.method)
        and (type_ is None or is_of_type(where.type, type_))
        and (name is None or fnmatchcase(where.name.lower(), name.lower()))
    )


def is_write(request: Request) -> bool:
    """Tell whether a request is to change something."""
    return request.method in ("PUT", "DELETE")


def is_refused(request: Request) -> bool:
    """Tell whether Azure was to change something and did not."""
    return is_write(request) and request.error_code is not None


def short(request: Request) -> str:
    """Return method and type, as in `PUT natGateways`."""
    where = _where(request)
    return f"{request.method} {where.type.rpartition('/')[2] if where else request.id}"


def line(request: Request) -> str:
    """Return method, type, name and what was answered."""
    where = _where(request)
    about = f"{where.type.rpartition('/')[2]} {where.name}" if where else request.id
    return f"{request.method:6} {about}: {request.status} {request.error_code or ''}".rstrip()


def _where(request: Request) -> ResourceId | None:
    try:
        return parse(request.id)
    except Refusal:
        return None  # a request for a list
