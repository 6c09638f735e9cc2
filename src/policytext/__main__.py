"""``python -m policytext``."""

from policytext.cli import main

main()
