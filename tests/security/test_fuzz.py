"""500 inputs that nobody expects, for the running product: none is answered by 500, none leaves a traceback in a log.

`python -m benchmarks.fuzz` sends many more, in production's own surroundings.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.security.surface import Surface
from tests.security.wire import Wire
from tests.services.twilio import AUTH_TOKEN

REQUESTS, CONVERSATIONS = 400, 100
# The same inputs in every run, so that a change which passed here passes in CI.
SAME_INPUTS = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def lines_with_a_token(server, surface):
    """Lines of both logs that hold the key of a link; those of Daphne's access log are not written in production."""
    lines = (server.web.log.read_text() + server.worker.log.read_text()).splitlines()
    return [line for line in lines if '"' not in line and any(token in line for token in surface.tokens)]


def test_no_request_is_answered_by_an_error_of_the_server(server):
    surface = Surface(Wire(server.port), AUTH_TOKEN)

    @given(st.data())
    @settings(SAME_INPUTS, max_examples=REQUESTS)
    def answers(data):
        request = surface.request(data.draw)
        status = surface.wire.ask(request)
        assert status is None or status < 500, request

    answers()

    assert not lines_with_a_token(server, surface)


def test_no_frame_breaks_a_socket(server):
    surface = Surface(Wire(server.port), AUTH_TOKEN)

    @given(st.data())
    @settings(SAME_INPUTS, max_examples=CONVERSATIONS)
    def answers(data):
        conversation = surface.conversation(data.draw)
        status = surface.wire.talk(*conversation)
        assert status is None or status < 500, conversation

    answers()

    assert not lines_with_a_token(server, surface)
