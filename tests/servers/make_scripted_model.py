"""Write ``scripted.gguf.gz``: a language model that knows one play by heart.

llama.cpp loads it like any model, so its tokenizer, templates, parsers of thinking and tool calls,
and its three HTTP interfaces are the real ones, while each answer is known beforehand.

How a model can be a script: every phrase of the play is one token. Token *t* is embedded as the
unit vector *e(t)*; the one layer has zero weights and changes nothing; row *u* of the output matrix
is non-zero in column *t* exactly when *u* follows *t*. So after *t* comes *u*, whatever was before.
A phrase therefore stands only once in the whole play.

The chat template looks at the conversation and ends the prompt with the cue of a scene:

- where the first message holds HANDS: ``page``, ``compute``, ``look``, and then ``leave``: calls of
  ``write_file``, ``run`` and ``preview``, one a response;
- ``loop``: the last message holds LOOP; text without end;
- ``plain``: the last message holds PLAIN; text, no thinking;
- ``after``: the last message is a tool's answer; thinking, then text;
- ``leave``: the second and every later message of the user; thinking, then text whose last line is
  ``stopping now``;
- ``make``: tools are offered; thinking, then one call of ``write_file``;
- ``talk``: otherwise; thinking, then text.

So a session goes write, answer, exit. llama.cpp holds a reply to a grammar made of the offered
tools: ``write_file(path, content)`` must be among them. A prompt that ends with the model's own
words has no cue, and its answer is noise.

Run ``python -m tests.servers.make_scripted_model`` after changing it; needs ``gguf`` and numpy.
"""

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np

PACKED = Path(__file__).with_name("scripted.gguf.gz")

FILE_PATH = "harbour.txt"
FILE_CONTENT = "Low tide.\\nThe boats lean on each other ☾\\n"

PLAY: dict[str, list[str]] = {
    # The tags are cut here and whole elsewhere, so a parser of tags meets both.
    "make": [
        *("<thi", "nk>", "\nThere is", " time, so", " I will", " write", " a poem.\n", "</thi"),
        *(
            "nk>\n\n",
            "<tool_call>",
            '\n{"name": "write_file", ',
            f'"arguments": {{"path": "{FILE_PATH}',
        ),
        *('", "content": "', FILE_CONTENT[:24], FILE_CONTENT[24:], '"}}', "\n</tool_call>"),
    ],
    "after": [
        *("<think>", "\nIt is", " on the page", " now.\n", "</think>", "\n\nI wrote"),
        *(" a short", " poem about", " a harbour ", "☾."),
    ],
    "leave": [
        *("<think>\n", "Nothing", " more to", " add.", "\n</think>", "\n\nThat is", " all I"),
        *(" wanted", " to make.", "\n\nstopping", " now"),
    ],
    "talk": [
        *(
            "<think>\n\n",
            "No tools",
            " here.\n",
            "\n</think>\n\n",
            "Then let",
            " us just",
            " talk.",
        ),
    ],
    "page": [
        *("<think>\nA page", " first.\n</think>\n\n", "<tool_call>\n", '{"name": "write_file",'),
        *(' "arguments": {"path": "', 'page.html", "content": "<h1>Low ', 'tide</h1>\\n"}}\n</'),
        "tool_call>",
    ],
    "compute": [
        *("<tool_call>\n{", '"name": "run", "arguments": ', '{"command": "seq 3 | sed '),
        *("s/^/wave-/ >> page.html; ", 'cat page.html"}}', "\n</tool_call>\n"),
    ],
    "look": [
        *('<tool_call>\n{"name": "preview"', ', "arguments": {"path": "page', '.html"}}\n'),
        "</tool_call>\n",
    ],
    "plain": ["Plain", " words", " without", " a thought."],
    "loop": ["round", " and ", "again "],
}
ENDLESS = {"loop"}

TEMPLATE = r"""
{%- if tools -%}
<|im_start|>system
# Tools
Call a tool by one JSON object between <tool_call> and </tool_call>:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools><|im_end|>
{% endif -%}
{%- for message in messages -%}
{%- if message.role == 'assistant' -%}
<|im_start|>assistant
{% if message.reasoning_content %}<think>
{{ message.reasoning_content }}
</think>

{% endif %}{{ message.content or '' }}{% for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% elif message.role == 'tool' -%}
<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else -%}
<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% set last = messages[-1] -%}
{%- set words = last.content | string -%}
{%- set said = messages | selectattr('role', 'equalto', 'user') | list | length -%}
{%- set answers = messages | selectattr('role', 'equalto', 'tool') | list | length -%}
{%- if 'HANDS' in messages[0].content | string -%}
{%- if answers == 0 %}<|cue_page|>{% elif answers == 1 %}<|cue_compute|>
{%- elif answers == 2 %}<|cue_look|>{% else %}<|cue_leave|>{% endif -%}
{%- elif 'LOOP' in words %}<|cue_loop|>
{%- elif 'PLAIN' in words %}<|cue_plain|>
{%- elif last.role == 'tool' %}<|cue_after|>
{%- elif said > 1 %}<|cue_leave|>
{%- elif tools %}<|cue_make|>
{%- else %}<|cue_talk|>
{%- endif -%}
{%- endif -%}"""

CONTEXT = 131_072
HEADS = 4
FEED_FORWARD = 32
ROW_MULTIPLE = 64
"""llama.cpp wants row lengths that divide well."""
FOLLOWS = 2.0
"""The output weight of the next token: far above the zeros of all others after the last norm."""


def byte_letters() -> list[str]:
    """The printable stand-ins that GPT-2's tokenizer uses for the 256 bytes, in byte order."""
    shown = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    spare: Iterator[int] = iter(range(0x100, 0x200))
    return [chr(byte) if byte in shown else chr(next(spare)) for byte in range(256)]


class Vocabulary:
    """Tokens in the order of their ids: the bytes, three marks, then cues and phrases."""

    def __init__(self) -> None:
        self._letters = byte_letters()
        self.texts = list(self._letters)
        self.kinds = [gguf.TokenType.NORMAL] * 256

    def phrase(self, text: str) -> int:
        """Add words of the play; they stream as one token."""
        spelled = "".join(self._letters[byte] for byte in text.encode("utf-8"))
        return self._add(spelled, gguf.TokenType.NORMAL)

    def mark(self, text: str) -> int:
        """Add a control token, which a template writes as it stands."""
        return self._add(text, gguf.TokenType.CONTROL)

    def _add(self, text: str, kind: int) -> int:
        if text in self.texts:
            raise ValueError(f"{text!r} stands twice in the play: what follows it is not certain")
        self.texts.append(text)
        self.kinds.append(kind)
        return len(self.texts) - 1


def write_model(path: Path) -> None:
    """Write the model; the same bytes each time."""
    words = Vocabulary()
    words.mark("<|im_start|>")
    end_of_turn, end_of_text = words.mark("<|im_end|>"), words.mark("<|endoftext|>")
    follows: dict[int, int] = {}
    for scene, phrases in PLAY.items():
        tokens = [words.mark(f"<|cue_{scene}|>"), *(words.phrase(text) for text in phrases)]
        last = tokens[1] if scene in ENDLESS else end_of_turn
        follows.update(zip(tokens, [*tokens[1:], last], strict=True))
    width = -(-len(words.texts) // ROW_MULTIPLE) * ROW_MULTIPLE
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, words, width, end_of_turn, end_of_text)
    _weigh(writer, len(words.texts), width, follows)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(
    writer: gguf.GGUFWriter, words: Vocabulary, width: int, end_of_turn: int, end_of_text: int
) -> None:
    writer.add_name("scripted")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // HEADS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(words.texts))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(words.texts)
    writer.add_token_types(words.kinds)
    writer.add_token_merges(["a b"])  # One is required, and none may join bytes of a prompt.
    writer.add_bos_token_id(end_of_text)
    writer.add_eos_token_id(end_of_turn)
    writer.add_pad_token_id(end_of_text)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def _weigh(writer: gguf.GGUFWriter, size: int, width: int, follows: dict[int, int]) -> None:
    def zeros(rows: int, columns: int) -> np.ndarray:
        return np.zeros((rows, columns), np.float32)

    output = zeros(size, width)
    for token, following in follows.items():
        output[following, token] = FOLLOWS
    tensors = {
        "token_embd": np.eye(size, width, dtype=np.float32),
        "output": output,
        "output_norm": np.ones(width, np.float32),
        "blk.0.attn_norm": np.ones(width, np.float32),
        "blk.0.ffn_norm": np.ones(width, np.float32),
        **{f"blk.0.attn_{part}": zeros(width, width) for part in ("q", "k", "v", "output")},
        "blk.0.ffn_gate": zeros(FEED_FORWARD, width),
        "blk.0.ffn_up": zeros(FEED_FORWARD, width),
        "blk.0.ffn_down": zeros(width, FEED_FORWARD),
    }
    for name, values in tensors.items():
        writer.add_tensor(f"{name}.weight", values)


def main() -> None:
    """Write the packed model beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "scripted.gguf"
        write_model(plain)
        # No time and no name in the header: the same bytes each time.
        PACKED.write_bytes(gzip.compress(plain.read_bytes(), compresslevel=9, mtime=0))
    print(f"{PACKED}: {PACKED.stat().st_size} bytes")


if __name__ == "__main__":
    main()
