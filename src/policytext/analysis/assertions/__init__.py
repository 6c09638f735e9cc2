"""Sentences and clauses that assert something: what may witness a claim."""
