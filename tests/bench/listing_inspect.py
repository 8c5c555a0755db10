"""Reads the headers of inspect-ai's logs, all at once, as its own lists do.

Run as ``python -m tests.bench.listing_inspect FOLDER COUNT``: it prints how many seconds of CPU the
reading took, the imports aside.
"""

import asyncio
import sys
import time
from pathlib import Path

from inspect_ai.log import read_eval_log_headers_async

if __name__ == "__main__":
    logs = sorted(str(path) for path in Path(sys.argv[1]).glob("*.eval"))[: int(sys.argv[2])]
    began = time.process_time()
    headers = asyncio.run(read_eval_log_headers_async(logs))
    print(time.process_time() - began)
    assert [one.status for one in headers] == ["success"] * int(sys.argv[2])
