"""A stack's egress addresses, brought to those who must allow them: a manifest in S3, a managed prefix list of EC2."""
