"""The endpoint above an emulated org."""

from server.fixtures import clock, org, seeded, world

__all__ = ["clock", "org", "seeded", "world"]
