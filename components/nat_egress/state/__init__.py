"""The state of a Pulumi stack as its backends keep it: checkpoints, secrets and file layout."""
