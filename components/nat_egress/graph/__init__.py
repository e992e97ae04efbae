"""A stack's Azure network as a graph, from what an analyzer is shown or from a state. Pure, and without the SDK."""
