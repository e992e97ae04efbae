"""`python -m nat_egress.cli`."""

from .app import run

if __name__ == "__main__":
    run()
