from autobahn.exception import Disconnected

from entrymgmt.sockets import ends_quietly


async def test_sending_to_a_page_that_has_just_closed_is_no_error():
    events = [{"type": "websocket.disconnect", "code": 1001}]

    async def tells_then_waits(scope, receive, send):
        await send({"type": "websocket.send", "text": "{}"})
        await receive()

    async def receive():
        return events.pop()

    async def send_to_nobody(event):
        raise Disconnected

    await ends_quietly(tells_then_waits)({}, receive, send_to_nobody)

    assert events == []
