"""Long work on many rows: the files, and each step of the workflow."""
