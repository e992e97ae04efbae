"""The `nat-egress` command: thin, one file a verb."""
