"""Port address translation, connection by connection, as the gateway does it.

Needs numpy and numba: the extra `simulate`.

`reference` is the model to read; `engine` is the same one compiled.
"""
