"""A stand-in for the random provider: Pulumi's provider protocol in front of generated passwords.

It does what pulumi-random's RandomPassword does, save that there is no `bcryptHash` among its outputs.
"""
