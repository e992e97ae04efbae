"""The embedded engine: Pulumi's update on one machine, for where no Pulumi CLI is installed."""
