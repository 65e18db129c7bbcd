"""Field paths and functions."""

from salesforce_emulator.soql.stream import Stream
from salesforce_emulator.soql.tree import AGGREGATES, Argument, Call, Expression, Geolocation, Path, Unit

DATE_PARTS = frozenset(
    [
        "CALENDAR_MONTH",
        "CALENDAR_QUARTER",
        "CALENDAR_YEAR",
        "DAY_IN_MONTH",
        "DAY_IN_WEEK",
        "DAY_IN_YEAR",
        "DAY_ONLY",
        "FISCAL_MONTH",
        "FISCAL_QUARTER",
        "FISCAL_YEAR",
        "HOUR_IN_DAY",
        "WEEK_IN_MONTH",
        "WEEK_IN_YEAR",
    ]
)
# They change how a field is shown: its place in the record stays.
PRESENTATIONS = frozenset({"TOLABEL", "FORMAT", "CONVERTCURRENCY"})
FUNCTIONS = AGGREGATES | DATE_PARTS | PRESENTATIONS | {"GROUPING", "DISTANCE", "CONVERTTIMEZONE"}


def expression(stream: Stream) -> Expression:
    """A field path, or a function of one."""
    following = stream.ahead()
    if following.kind == "sign" and following.text == "(" and stream.token.word in FUNCTIONS:
        with stream.nested():
            return _call(stream)
    return path(stream)


def path(stream: Stream) -> Path:
    first = stream.name()
    names = [first.text]
    while stream.accept_sign("."):
        names.append(stream.name().text)
    return Path(tuple(names), first.offset)


def _call(stream: Stream) -> Call:
    function = stream.take()
    stream.expect_sign("(")
    if function.word == "COUNT" and stream.accept_sign(")"):
        return Call("COUNT", (), function.offset)
    arguments: list[Argument] = [_argument(stream)]
    while stream.accept_sign(","):
        arguments.append(_argument(stream))
    stream.expect_sign(")")
    wanted = 3 if function.word == "DISTANCE" else 1
    if len(arguments) != wanted:
        message = f"{function.text} takes {wanted} argument{'s' if wanted > 1 else ''}, found {len(arguments)}"
        raise stream.source.refused(function.offset, message)
    return Call(function.word, tuple(arguments), function.offset)


def _argument(stream: Stream) -> Argument:
    if stream.token.kind == "text":
        unit = stream.take()
        return Unit(unit.text[1:-1].lower(), unit.offset)
    following = stream.ahead()
    if stream.at("GEOLOCATION") and following.kind == "sign" and following.text == "(":
        return _geolocation(stream)
    return expression(stream)


def _geolocation(stream: Stream) -> Geolocation:
    start = stream.take()
    stream.expect_sign("(")
    latitude = _degrees(stream, 90)
    stream.expect_sign(",")
    longitude = _degrees(stream, 180)
    stream.expect_sign(")")
    return Geolocation(latitude, longitude, start.offset)


def _degrees(stream: Stream, most: int) -> float:
    token = stream.token
    if token.kind != "number":
        raise stream.unexpected()
    degrees = float(stream.take().text)
    if not -most <= degrees <= most:
        raise stream.source.refused(token.offset, f"invalid geolocation coordinate: {token.text}")
    return degrees
