"""The tests of a sample are its own: they are run as its team runs them, in `test_build_agents.py`."""

collect_ignore = ["build-agents"]
