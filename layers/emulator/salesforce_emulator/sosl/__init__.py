"""SOSL: searches over the words of many objects."""
