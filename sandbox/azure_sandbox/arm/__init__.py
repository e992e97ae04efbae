"""Azure's network control plane on one machine, at the level of ARM: PUT, GET and DELETE on resource ids."""

from .faults import ConnectionLostError, Fault, InjectedFault, LostReply, OperationFailed, Refused, Slow
from .limits import Quotas
from .plane import ControlPlane
from .response import ArmError, Request, Response
from .store import StoreError
from .ways_out import WayOut

__all__ = [
    "ArmError",
    "ConnectionLostError",
    "ControlPlane",
    "Fault",
    "InjectedFault",
    "LostReply",
    "OperationFailed",
    "Quotas",
    "Refused",
    "Request",
    "Response",
    "Slow",
    "StoreError",
    "WayOut",
]
