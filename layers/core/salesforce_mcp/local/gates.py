"""What the doctor finds at each gate, and how it says so."""


class Closed(Exception):  # noqa: N818 - what is wrong, said to a person
    """A gate that does not open: what was seen, and what mends it."""

    def __init__(self, seen: str, remedy: str) -> None:
        super().__init__(seen)
        self.remedy = remedy


def passed(name: str) -> None:
    print(f"  ok  {name}")


def skipped(name: str) -> None:
    print(f"  --  {name}: give --token to try it")


def failed(name: str, closed: Closed) -> None:
    print(f"FAIL  {name}: {closed}\n      {closed.remedy}")
