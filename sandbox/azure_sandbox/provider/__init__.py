"""A stand-in for the azure-native provider: Pulumi's provider protocol in front of the sandbox's control plane."""
