"""The rules of the policy pack, over a stack's Azure network as a graph: no way in, one way out. Pure."""
