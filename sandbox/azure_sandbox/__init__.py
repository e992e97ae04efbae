"""Azure's network control plane on one machine, a stand-in azure-native provider over it, and an engine."""
