"""Layer 8: the command line: words on the screen, exit codes, nothing else.

Exit codes: 0 good, 1 error, 2 wrong usage, 3 finished with documents skipped.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Runs the command line and leaves the process with its exit code."""
    # Before anything loads numpy: on a busy machine two BLAS threads are many times slower than one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # A search makes few objects and ends: looking for garbage took a seventh of it. Long work still looks.
    gc.set_threshold(100_000, 50, 50)
    from policytext.cli.root import run

    code = run()
    gc.freeze()  # what the process holds dies with it
    sys.exit(code)
