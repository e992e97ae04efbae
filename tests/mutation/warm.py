"""What tests load and no defect touches, loaded once: the processes of trials are forked from one that has it.

Nothing of this project, which each of them loads from the copy.
"""

import gc
import importlib

from _pytest.config import default_plugins

AZURE = ("alertsmanagement", "applicationinsights", "compute", "monitor", "network", "resources")
OTHERS = (
    *("cryptography.hazmat.primitives.ciphers.aead", "hypothesis", "jsonschema", "numpy", "pulumi_random", "pydantic"),
    *("_hypothesis_pytestplugin", "requests", "rich.console", "typer.testing", "xdist.plugin", "yaml"),
)

for name in (
    *(f"_pytest.{plugin}" for plugin in default_plugins),
    *(f"pulumi_azure_native.{module}" for module in AZURE),
    *OTHERS,
):
    hasattr(importlib.import_module(name), "name")  # azure-native's load with the first name that is asked of them
gc.collect()
gc.freeze()  # what is here stays, and the children need not look through it
