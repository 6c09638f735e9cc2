"""Collections: documents, queries and qrels, as BEIR, TREC and an archive hold them."""
