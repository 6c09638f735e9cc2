"""The engine's queries: what ranks, what must be satisfied, and both together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from policytext.index.fields import BODY, NUMBER
from policytext.index.narrowing import narrowing
from policytext.index.terms import BestOf, Wanted
from policytext.ranking import Filters

if TYPE_CHECKING:
    from policytext.index.vocabulary import Vocabulary
    from policytext.text.query_syntax import Clause


class QueryMaker:
    """Makes queries for an index.

    Args:
        schema: the engine's.
        vocabulary: gives the words of the corpus; only asked for prefixes, near words and conditions.
    """

    def __init__(self, schema: Any, vocabulary: Callable[[], Vocabulary]) -> None:
        self._schema, self._vocabulary = schema, vocabulary

    def clause(self, part: Wanted | BestOf) -> Any:
        """Returns the query that scores by a term, by a phrase, or by the best of several."""
        import tantivy

        query = tantivy.Query
        if isinstance(part, BestOf):
            return query.disjunction_max_query([self.clause(one) for one in part.parts])
        if len(part.terms) > 1:
            made = query.phrase_query(self._schema, BODY, list(part.terms))
        else:
            made = query.term_query(self._schema, part.field, part.terms[0], index_option="freq")
        return made if part.weight == 1.0 else query.boost_query(made, part.weight)

    def ranking(self, parts: Sequence[Wanted | BestOf], preferred: Sequence[Clause]) -> Any | None:
        """Returns the query that sums the scores of all that ranks, None where nothing does."""
        import tantivy

        clauses = [self.clause(part) for part in parts]
        extra = self.preferring(preferred)
        if extra is not None:
            clauses.append(extra)
        should = tantivy.Occur.Should
        return tantivy.Query.boolean_query([(should, clause) for clause in clauses]) if clauses else None

    def preferring(self, preferred: Sequence[Clause]) -> Any | None:
        """Returns the query that scores by prefixes and near words, None where there are none."""
        if not preferred:
            return None
        from policytext.index.clauses import ranking

        return ranking(preferred, self._schema, self._vocabulary())

    def musts(self, needed: Clause | None, filters: Filters | None) -> list[Any]:
        """Returns what a passage must satisfy, as queries that add nothing to its score."""
        musts = narrowing(filters, self._schema) if filters else []
        if needed is not None:
            from policytext.index.clauses import matching

            musts.append(matching(needed, self._schema, self._vocabulary()))
        return musts

    def among(self, allowed: Collection[int]) -> Any:
        """Returns what a passage of one of these numbers satisfies, without a score."""
        import tantivy

        numbers = tantivy.Query.term_set_query(self._schema, NUMBER, sorted(allowed))
        return tantivy.Query.const_score_query(numbers, 0.0)


def must(ranking: Any | None, musts: Sequence[Any], *, finding: bool = False) -> Any:
    """Returns the query held to what a passage must satisfy, scores unchanged.

    With ``finding`` that alone is enough to be found: ``ranking`` then only orders.
    """
    import tantivy

    if not musts and ranking is not None:
        return ranking
    every = [(tantivy.Occur.Must, query) for query in musts]
    if ranking is not None:
        every.append((tantivy.Occur.Should if finding else tantivy.Occur.Must, ranking))
    return tantivy.Query.boolean_query(every)


def finds(clause: Clause) -> bool:
    """Whether a condition asks for something, and does not only exclude."""
    from policytext.text.query_syntax import AllOf, AnyOf, NoneOf

    match clause:
        case AllOf(parts):
            return any(finds(part) for part in parts)
        case AnyOf(parts):
            return all(finds(part) for part in parts)
        case _:
            return not isinstance(clause, NoneOf)
