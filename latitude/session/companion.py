"""What is said next when no person is there: the protocol's own words, in their order."""

from latitude.core.events import ResponseFailed
from latitude.core.fold import SessionState


class ProtocolWords:
    """The companion of an unattended session."""

    async def next_message(self, state: SessionState) -> str | None:
        """The next script item, an offer that is due, the ``between``, or nothing."""
        texts = state.opened.protocol.texts
        place = state.turn - 1
        if place < len(texts.script):
            return texts.script[place]
        return due_offer(state) or texts.between or None

    async def try_again(self, state: SessionState, failure: ResponseFailed) -> bool | None:  # noqa: ARG002
        """Nobody is there to choose."""
        return None


def due_offer(state: SessionState) -> str | None:
    """The exit's offer if it belongs to the next turn and has not been told yet."""
    offer = state.opened.protocol.texts.offer
    if offer is None or offer.turn > state.turn + 1:
        return None
    told = any(
        message.author == "protocol" and message.text == offer.text
        for turn in state.turns
        for message in turn.messages
    )
    return None if told else offer.text
