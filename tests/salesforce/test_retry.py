"""What is sent again: the table of the product's reliability, row by row, on a real wire."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_mcp.errors import Conflict, LimitExceeded, OutcomeUnknown, Unavailable
from salesforce_mcp.salesforce.retry import TABLE, Kind, Patience, Signal, Then, signal_of

ID = "001000000000001AAA"
READ, WRITE, CREATE = Kind.READ, Kind.WRITE, Kind.CREATE
MAINTENANCE_PAGE = "<html><body>We are down for scheduled maintenance</body></html>"


async def act(client, kind):
    if kind is READ:
        return await client.limits()
    if kind is WRITE:
        return await client.update("Account", ID, {"Name": "Acme"})
    return await client.create("Account", {"Name": "Acme"})


def succeed(wire, kind):
    if kind is READ:
        wire.will_answer(200, {"DailyApiRequests": {"Max": 1, "Remaining": 1}})
    elif kind is WRITE:
        wire.will_answer(204)
    else:
        wire.will_answer(201, {"id": ID, "success": True, "errors": []})


def fail(wire, signal):
    script = {
        Signal.LOST: lambda: wire.will_hang_up(),
        Signal.CUT: lambda: wire.will_answer(200, '{"id": "001'),
        Signal.REDIRECTED: lambda: wire.will_answer(302, Location="https://status.salesforce.com/"),
        Signal.THROTTLED: lambda: wire.will_refuse(429, "TOO_MANY"),
        Signal.EDGE: lambda: wire.will_answer(420, "enhance your calm"),
        Signal.MAINTENANCE: lambda: wire.will_refuse(503, "SERVER_UNAVAILABLE"),
        Signal.GATEWAY: lambda: wire.will_answer(502, "<html>Bad Gateway</html>"),
        Signal.SERVER_ERROR: lambda: wire.will_refuse(500, "UNKNOWN_EXCEPTION"),
        Signal.ROW_LOCKED: lambda: wire.will_refuse(400, "UNABLE_TO_LOCK_ROW"),
    }
    script[signal]()


def writes(wire):
    """What was sent to change something; reads look for a record whose create stayed unanswered."""
    return [seen for seen in wire.seen if seen.method != "GET"]


ON_THE_WIRE = [signal for signal in Signal if signal not in (Signal.ANSWERED, Signal.NOT_SENT)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("signal", ON_THE_WIRE)
async def test_one_failure_is_repaired_exactly_where_the_table_says_so(wire, connect, signal, kind):
    fail(wire, signal)
    succeed(wire, kind)
    if TABLE[signal][kind.value] in (Then.AGAIN, Then.ONCE):
        await act(connect(wire.url), kind)
        assert len(wire.seen) == 2
    else:
        with pytest.raises(OutcomeUnknown):
            await act(connect(wire.url), kind)
        assert len(writes(wire)) == 1


@pytest.mark.parametrize("signal", ON_THE_WIRE)
async def test_a_read_is_sent_three_times_at_most(wire, connect, signal):
    for _ in range(5):
        fail(wire, signal)
    with pytest.raises((Unavailable, LimitExceeded, Conflict)):
        await act(connect(wire.url), READ)
    assert len(wire.seen) == (2 if signal is Signal.SERVER_ERROR else 3)


async def test_a_create_whose_answer_is_lost_is_never_sent_twice(wire, connect):
    wire.will_hang_up(times=3)
    with pytest.raises(OutcomeUnknown) as caught:
        await act(connect(wire.url), CREATE)
    assert len(writes(wire)) == 1
    assert "executeQuery" in caught.value.hint


async def test_an_update_that_stays_unanswered_is_reported_as_unknown(wire, connect):
    wire.will_hang_up(times=3)
    with pytest.raises(OutcomeUnknown):
        await act(connect(wire.url), WRITE)
    assert len(wire.seen) == 3


async def test_a_delete_that_finds_nothing_when_sent_again_has_succeeded(wire, connect):
    wire.will_hang_up()
    wire.will_refuse(404, "ENTITY_IS_DELETED", "entity is deleted")
    await connect(wire.url).delete("Account", ID)
    assert [seen.method for seen in wire.seen] == ["DELETE", "DELETE"]


class FirstToNobody(httpx.AsyncHTTPTransport):
    """Real connections, the first of them to a port where nobody listens."""

    attempts = 0

    async def handle_async_request(self, request):
        self.attempts += 1
        if self.attempts == 1:
            request.url = request.url.copy_with(port=1)
        return await super().handle_async_request(request)


async def test_a_create_is_sent_again_when_nothing_was_sent(connect, wire):
    succeed(wire, CREATE)
    transport = FirstToNobody()
    async with httpx.AsyncClient(transport=transport) as http:
        assert await act(connect(wire.url, over=http), CREATE) == ID
    assert (transport.attempts, len(wire.seen)) == (2, 1)


async def test_an_org_that_cannot_be_reached_is_unavailable_after_three_attempts(connect, clock):
    with pytest.raises(Unavailable) as caught:
        await act(connect("http://127.0.0.1:1"), CREATE)
    assert caught.value.code == "NETWORK"
    assert clock.slept == [0.5, 1.0]


async def test_a_used_up_allocation_is_never_asked_again(wire, connect):
    wire.will_refuse(
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "TotalRequests Limit exceeded.",
        times=3,
        Sforce_Limit_Info="api-usage=15000/15000",
    )
    with pytest.raises(LimitExceeded) as caught:
        await act(connect(wire.url), READ)
    assert len(wire.seen) == 1
    assert caught.value.details["apiUsage"] == {"used": 15000, "limit": 15000, "left": 0}
    assert "15000 of 15000" in caught.value.hint
    assert "24 hours" in caught.value.hint


async def test_a_maintenance_page_lets_a_create_be_sent_again_for_nothing_was_done(wire, connect):
    wire.will_answer(503, MAINTENANCE_PAGE)
    succeed(wire, CREATE)
    assert await act(connect(wire.url), CREATE) == ID


async def test_a_503_that_says_nothing_leaves_a_create_unknown(wire, connect):
    wire.will_answer(503, "<html></html>")
    with pytest.raises(OutcomeUnknown):
        await act(connect(wire.url), CREATE)


async def test_retry_after_is_kept_to(wire, connect, clock):
    wire.will_answer(429, Retry_After="7")
    succeed(wire, READ)
    await act(connect(wire.url), READ)
    assert clock.slept == [7.0]


async def test_a_pause_that_outlasts_the_budget_is_not_begun(wire, connect, clock):
    wire.will_answer(429, Retry_After="3600")
    with pytest.raises(LimitExceeded):
        await act(connect(wire.url), READ)
    assert clock.slept == []


async def test_an_org_that_keeps_silent_is_not_waited_for_longer_than_the_budget(wire, connect):
    wire.will_keep_silent()
    with pytest.raises(Unavailable) as caught:
        await connect(wire.url, patience=Patience(seconds=0.5)).query("SELECT Id FROM Task")
    assert caught.value.code == "TIMEOUT"
    assert "selective" in caught.value.hint
    assert len(wire.seen) == 1


@given(attempt=st.integers(1, 20), luck=st.floats(0, 1))
def test_pauses_have_full_jitter_under_a_doubling_ceiling(attempt, luck):
    patience = Patience(random=lambda: luck)
    assert 0 <= patience.pause(attempt) <= min(8.0, 0.5 * 2 ** (attempt - 1))


def test_every_signal_has_a_rule():
    assert set(TABLE) == set(Signal)


@pytest.mark.parametrize(
    ("status", "body", "signal"),
    [
        (200, b"{}", Signal.ANSWERED),
        (204, b"", Signal.ANSWERED),
        (200, b"<html>", Signal.CUT),
        (200, b"", Signal.CUT),
        (300, b"[]", Signal.ANSWERED),
        (304, b"", Signal.ANSWERED),
        (307, b"", Signal.REDIRECTED),
        (400, b"[]", Signal.ANSWERED),
        (404, b"", Signal.ANSWERED),
        (501, b"[]", Signal.ANSWERED),
        (504, b"", Signal.GATEWAY),
    ],
)
def test_an_answer_is_read_as(status, body, signal):
    assert signal_of(httpx.Response(status, content=body)) is signal


@pytest.mark.parametrize("asked", ["²", "-1", "1.5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", ""])
async def test_a_pause_that_is_not_in_seconds_is_ours_to_choose(wire, connect, clock, asked):
    wire.will_refuse(429, "TOO_MANY", Retry_After=asked)
    succeed(wire, READ)
    await act(connect(wire.url), READ)
    assert (len(wire.seen), max(clock.slept) <= Patience.longest_pause) == (2, True)
