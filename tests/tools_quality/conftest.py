"""The endpoint above an emulated org."""

from server.fixtures import clock, org, world

__all__ = ["clock", "org", "world"]
