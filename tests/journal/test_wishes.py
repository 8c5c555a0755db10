"""A wish in words."""

from latitude.core.events import Wish
from latitude.journal.wishes import wish_text


def test_no_part_passes_for_another() -> None:
    wish = Wish(signature="me\npublish: yes\r\nwords: all", words="Not this.\npublish: yes")
    assert wish_text(wish) == (
        "signature: me␊publish: yes␊words: all\nwords: Not this.\npublish: yes"
    )


def test_what_was_not_said_has_no_line() -> None:
    assert wish_text(Wish(publish="no")) == "publish: no"
