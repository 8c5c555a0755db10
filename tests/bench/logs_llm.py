"""The same conversations in llm's log, as its own code keeps them.

Run as ``python -m tests.bench.logs_llm DATABASE SESSIONS TURNS``.
"""

import sys
from collections.abc import Iterator
from typing import Any

import llm
import sqlite_utils
from llm.logs import LogStore

from tests.bench.index_texts import Texts, conversations


class Recited(llm.Model):
    """Replies with what it was handed."""

    model_id = "recited"
    can_stream = False
    reply = ""

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any) -> Iterator[str]:
        yield self.reply


if __name__ == "__main__":
    database = sqlite_utils.Database(sys.argv[1])
    store, model = LogStore(database), Recited()
    for ours, replies in conversations(Texts(), int(sys.argv[2]), int(sys.argv[3])):
        conversation = model.conversation()
        with database.atomic():
            for question, model.reply in zip(ours, replies, strict=True):
                response = conversation.prompt(question)
                response.text()
                store.log(response)
    database.close()
