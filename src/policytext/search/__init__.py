"""Layer 6: queries in three modes, filters, fusion."""
