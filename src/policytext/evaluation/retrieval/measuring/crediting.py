"""What counts for a query: own documents left out, and documents that print the same credited once."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from policytext.evaluation.retrieval.records import NOTHING, Collection, Grades, Judging, Qrels, Ranking


@dataclass(frozen=True, slots=True)
class QueryCredit:
    """What counts for one query.

    ``groups`` names the group of each document that prints the same as another, ``stands_for`` the judged
    document that each group with a judged one goes by, the best of it. ``own`` documents and
    ``own_groups`` are left out.
    """

    groups: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    stands_for: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    own: frozenset[str] = frozenset()
    own_groups: frozenset[str] = frozenset()


def credit(collection: Collection, judging: Judging) -> dict[str, QueryCredit]:
    """Returns what counts for each judged query, in the qrels' order.

    With ``leave_own`` the documents a query was taken from do not, and with ``groups_once`` none that print
    the same as one of them: they find themselves just as well.
    """
    own = {query.qid: query.own for query in collection.queries} if judging.leave_own else {}
    return {
        qid: _query_credit(
            grades,
            collection.groups.get(qid, NOTHING) if judging.groups_once else NOTHING,
            own.get(qid, frozenset()),
        )
        for qid, grades in collection.qrels.items()
    }


def _query_credit(grades: Grades, groups: Mapping[str, str], own: frozenset[str]) -> QueryCredit:
    best: dict[str, str] = {}
    for document in sorted(grades, key=lambda d: (-grades[d], d)) if groups else ():
        if document in groups:
            best.setdefault(groups[document], document)
    return QueryCredit(groups, best, own, frozenset(groups[d] for d in own if d in groups))


def judged_side(collection: Collection, judging: Judging) -> Qrels:
    """Returns the qrels that count: own documents are out, a group stands once, at its best grade.

    A group goes by the id of its best graded document, of equal ones the first by id; so does it in a
    ``credited`` ranking. Queries keep their order, and stay even where nothing judged is left.
    """
    counting = credit(collection, judging)
    return {qid: counted_grades(grades, counting[qid]) for qid, grades in collection.qrels.items()}


def counted_grades(grades: Grades, counts: QueryCredit) -> Grades:
    """Returns the grades of one query that count; see ``judged_side``."""
    if not counts.groups and not counts.own:
        return grades
    kept = {}
    for document, grade in grades.items():
        group = counts.groups.get(document)
        stands = document if group is None else counts.stands_for[group]
        if stands == document and document not in counts.own and group not in counts.own_groups:
            kept[document] = grade
    return kept


def credited(ranking: Ranking, counts: QueryCredit) -> Ranking:
    """Returns the ranking that counts: own documents are out, and of a group the first found alone is in.

    It stands there under the id that its group goes by in the qrels, if any of it is judged. Where nothing is
    left out this is the ranking itself.

    Args:
        ranking: best first.
        counts: of the query; see ``credit``.
    """
    if not counts.groups and not counts.own:
        return ranking
    documents: list[str] = []
    scores = array("d")
    seen = set(counts.own_groups)
    for document, score in ranking:
        group = counts.groups.get(document)
        if document in counts.own or (group is not None and group in seen):
            continue
        if group is not None:
            seen.add(group)
            document = counts.stands_for.get(group, document)  # noqa: PLW2901 - the same print
        documents.append(document)
        scores.append(score)
    return Ranking(tuple(documents), scores)
