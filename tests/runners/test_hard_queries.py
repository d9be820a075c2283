"""The hard queries of the fixtures, from the paste to the decision, over sockets."""

from __future__ import annotations

import pytest

from tests.support.catalogue.model import Catalogue
from tests.support.matching_trial import FIXTURES, Tally, load_queries, run_trial

REMIX_KINDS = {"remix", "original", "dub", "vip", "rework", "bootleg", "edit"}


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    catalogue = Catalogue.load(FIXTURES / "catalogue.json")
    return run_trial(catalogue, load_queries(), tmp_path_factory.mktemp("trial"))


def test_the_set_is_hard() -> None:
    queries = load_queries()
    assert len(queries) >= 170
    assert sum(not query.want for query in queries) >= len(queries) / 4
    assert len({query.kind for query in queries}) >= 40


def test_what_is_taken_is_right(tally: Tally) -> None:
    assert tally.precision >= 0.995, tally.table()
    assert not [each for each in tally.wrong if not each.query.want], tally.table()
    assert not [each for each in tally.wrong if each.query.kind in REMIX_KINDS], tally.table()


def test_what_is_there_is_found(tally: Tally) -> None:
    assert tally.recall >= 0.93, tally.table()
