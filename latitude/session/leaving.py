"""The exit rule applied to one response: did the model leave, and how?

The engine asks this of every whole response before anything more is sent; recovery asks it of the
last one. Only text and the exit tool count: thinking, arguments and results are never searched.
"""

from collections.abc import Iterable, Sequence

from latitude.core.blocks import Block
from latitude.core.events import ExitMentioned, ExitTaken
from latitude.core.fold import reply_text
from latitude.core.spec import ExitTerms
from latitude.session import exit as detector

EXIT_TOOL_RULE = "exit-tool"


def judge(
    blocks: Iterable[Block], terms: ExitTerms, turn: int, step: int
) -> ExitTaken | ExitMentioned | None:
    """Return the exit, or the mention of one, that the response holds.

    The tool goes before the phrase: the calls after it do not run.
    """
    blocks = tuple(blocks)
    call = exit_call(blocks, terms)
    if call is not None:
        return ExitTaken(
            turn=turn, step=step, by="tool", evidence=call.call_id, rule=EXIT_TOOL_RULE
        )
    match detector.find_exit(reply_text(blocks), terms.phrases):
        case detector.ExitTaken() as taken:
            return ExitTaken(
                turn=turn,
                step=step,
                by="phrase",
                evidence=taken.line,
                rule=taken.rule,
                phrase=taken.phrase,
            )
        case detector.ExitMentioned() as mention:
            return ExitMentioned(
                turn=turn, step=step, line=mention.line, phrase=mention.phrase, rule=mention.rule
            )
        case None:
            return None


def exit_call(blocks: Iterable[Block], terms: ExitTerms) -> Block | None:
    """Return the first call of the exit tool, whatever its arguments."""
    if terms.tool is None:
        return None
    return next(
        (block for block in blocks if block.kind == "tool_call" and block.name == terms.tool), None
    )


def calls_to_run(
    calls: Sequence[Block], terms: ExitTerms, exit_taken: ExitTaken | None
) -> Sequence[Block]:
    """Return the calls of a response that run: all of them, or those before the exit tool.

    By place and not by id, for ids are the provider's and two may be the same.
    """
    if exit_taken is None or exit_taken.by == "phrase":
        return calls
    return calls[: next(n for n, call in enumerate(calls) if call.name == terms.tool)]


def holds_exit(blocks: Iterable[Block], terms: ExitTerms) -> bool:
    """Say whether what arrived of a broken reply holds an exit: then it is never asked again."""
    return isinstance(judge(blocks, terms, 0, 0), ExitTaken)
