"""Fixtures with a real llama.cpp server and the scripted model.

Any test can ask for ``llama_url``: the server's address without ``/v1``. The model is called
``scripted``; what it says is in ``make_scripted_model.py``.
"""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """Serve the scripted model from ``folder`` and yield the address."""
    model = folder / "scripted.gguf"
    model.write_bytes(gzip.decompress((HERE / "scripted.gguf.gz").read_bytes()))
    command = [sys.executable, str(HERE / "llama_server.py"), str(model), *options]
    with (
        open(folder / "server.log", "wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line.startswith("listening "), (folder / "server.log").read_text()
            yield line.split()[1]
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def llama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A llama.cpp server that puts thinking in a field of its own."""
    with serving(tmp_path_factory.mktemp("llama")) as url:
        yield url


@pytest.fixture(scope="session")
def llama_tags_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A llama.cpp server that leaves ``<think>`` tags in the text; its context is small."""
    with serving(tmp_path_factory.mktemp("llama-tags"), "--leave-tags", "--context", "4096") as url:
        yield url
