"""Names and addresses that are known without asking anybody."""

from collections.abc import Mapping

LOCAL_URLS: Mapping[str, str] = {
    "ollama": "http://127.0.0.1:11434/v1",
    "lmstudio": "http://127.0.0.1:1234/v1",
    "llamacpp": "http://127.0.0.1:8080/v1",
    "vllm": "http://127.0.0.1:8000/v1",
}
"""Where these servers listen unless they were told otherwise."""

DEFAULT_REHEARSAL = "page"
"""The script that ``rehearsal`` alone plays."""
