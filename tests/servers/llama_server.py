"""Serve a GGUF file with the llama.cpp server inside the xllamacpp wheel, on loopback only.

``python llama_server.py MODEL [--context N] [--leave-tags]`` takes a free port, prints
``listening URL`` when the model is loaded, and goes on until SIGTERM or Ctrl-C. It streams from
``/v1/messages``, ``/v1/chat/completions`` and ``/v1/responses``. ``--leave-tags`` leaves thinking
where the model wrote it, as servers without a parser for it do.
"""

import argparse
import signal
import threading
from pathlib import Path

import xllamacpp


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--context", type=int, default=65_536)
    parser.add_argument("--leave-tags", action="store_true")
    options = parser.parse_args()

    formats = xllamacpp.common_reasoning_format
    params = xllamacpp.CommonParams()
    params.model.path = str(options.model)
    params.model_alias = {"scripted"}
    params.n_ctx = options.context
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.warmup = False
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.use_jinja = True
    params.reasoning_format = (
        formats.COMMON_REASONING_FORMAT_NONE
        if options.leave_tags
        else formats.COMMON_REASONING_FORMAT_DEEPSEEK
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    server = xllamacpp.Server(params)
    print(f"listening {server.listening_address}", flush=True)
    stop.wait()


if __name__ == "__main__":
    main()
