"""A query while it is written: terms that are settled, and the words that are still being typed.

Each settled term is a chip. Plain words stay words until somebody asks for a chip, for they are written one
after the other and changed again; what cannot be read stays as it was typed, so that it can be mended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from musiclib.domain.query_fields import FREE_TEXT
from musiclib.domain.track_query import Problem, Term, TrackQuery, parse_query

_HALF_A_KEY = re.compile(r"(?i)-?key:=?~?[a-g][#♯b♭]?")
"""What “major” or “minor” may still follow behind a space."""


@dataclass(frozen=True, slots=True)
class QueryDraft:
    """`query` is both together, in the order in which it is shown: chips first."""

    chips: tuple[Term, ...] = ()
    words: str = ""

    @property
    def query(self) -> TrackQuery:
        return parse_query(" ".join([*(term.source for term in self.chips), self.words]).strip())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Those of the words, where they stand in them."""
        return parse_query(self.words).problems

    def of_text(self, text: str) -> QueryDraft:
        """All of a query as it is opened: whatever can be a chip is one."""
        return QueryDraft(words=text).settled(everything=False, cursor=None)[0]

    def settled(self, *, everything: bool, cursor: int | None) -> tuple[QueryDraft, int]:
        """Terms that are written to their end become chips; with the place of the cursor in what is left.

        A term is at its end when a space and the cursor stand behind it; without a cursor all are.
        `everything`: words, too, as by Enter.
        """
        words = self.words
        at = len(words) if cursor is None else cursor
        spans = [(each.start, each.end) for each in parse_query(words).problems]
        chips = list(self.chips)
        for term in reversed(parse_query(words).terms):
            start, end = term.start, term.start + len(term.source)
            broken = any(start < last and first < end for first, last in spans)
            ended = cursor is None or everything or _ended(words, term, at)
            if broken or not ended or (_is_word(term) and not everything):
                continue
            chips.insert(len(self.chips), term)
            behind = words[end:]
            behind = (
                behind[1:]
                if behind[:1].isspace() and (not words[:start] or words[start - 1].isspace())
                else behind
            )
            at = at - (len(words) - start - len(behind)) if at >= end else min(at, start)
            words = words[:start] + behind
        distinct = tuple(dict.fromkeys(chips))
        return QueryDraft(distinct, words.lstrip()), max(0, at - (len(words) - len(words.lstrip())))

    def without(self, place: int) -> QueryDraft:
        """Less the chip at this place."""
        return QueryDraft(self.chips[:place] + self.chips[place + 1 :], self.words)

    def reopened(self, place: int) -> QueryDraft:
        """With that chip as words again, behind those there are."""
        words = f"{self.words.rstrip()} {self.chips[place].source}".lstrip()
        return QueryDraft(self.without(place).chips, words)

    def piece_at(self, cursor: int) -> tuple[int, int]:
        """Where the word that is being typed begins and ends."""
        problems = [(each.start, each.end) for each in self.problems]
        terms = [(each.start, each.start + len(each.source)) for each in parse_query(self.words).terms]
        for start, end in [*terms, *problems]:
            if start <= cursor <= end:
                return start, end
        return cursor, cursor

    def replaced(self, start: int, end: int, text: str) -> tuple[QueryDraft, int]:
        """With other words there, as a completion brings them: a whole term becomes a chip at once."""
        whole = bool(parse_query(text).terms)
        words = self.words[:start] + text + (" " if whole else "") + self.words[end:].lstrip()
        cursor = start + len(text) + whole
        draft = QueryDraft(self.chips, words)
        return draft.settled(everything=False, cursor=cursor) if whole else (draft, cursor)

    def beside(self, start: int, end: int) -> TrackQuery:
        """The query without the word that is being typed."""
        return QueryDraft(self.chips, self.words[:start] + self.words[end:]).query


def _is_word(term: Term) -> bool:
    return term.field == FREE_TEXT and not term.negated and not term.source.startswith(('"', "“", "„", "«"))


def _ended(words: str, term: Term, cursor: int) -> bool:
    end = term.start + len(term.source)
    if cursor <= end or not words[end : end + 1].isspace():
        return False
    if _HALF_A_KEY.fullmatch(term.source):
        return " " in words[end:cursor].lstrip()
    return True
