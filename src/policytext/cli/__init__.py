"""Layer 8: the command line: words on the screen, exit codes, nothing else.

Exit codes: 0 good, 1 error, 2 wrong usage, 3 finished with documents skipped.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs the command line and leaves the process with its exit code."""
    # Before anything loads numpy: on a busy machine two BLAS threads are many times slower than one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from policytext.cli.root import run

    sys.exit(run())
