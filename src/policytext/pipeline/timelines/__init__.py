"""How timelines are made: of claims, a topic, a speaker, an Act or a query."""
