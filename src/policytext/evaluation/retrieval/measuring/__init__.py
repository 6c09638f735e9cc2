"""What a run reaches: ir-measures, asked so that ties, reprints and missing queries count as they should."""
