"""The endpoint above an emulated org, with files and a job runner."""

from bulk.conftest import clock, office, org

__all__ = ["clock", "office", "org"]
