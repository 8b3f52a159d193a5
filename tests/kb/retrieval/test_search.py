"""From a question to all causes, best first."""

from __future__ import annotations

import math
import threading

import pytest
from langchain_core.embeddings import Embeddings

from lossclinic_kb.retrieval.passage import CauseMatch
from lossclinic_kb.retrieval.search import CauseSearch
from lossclinic_kb.store import Store
from lossclinic_kb.text import Lang


@pytest.fixture(scope="module")
def search(store: Store, embeddings: Embeddings) -> CauseSearch:
    return CauseSearch(store.passages, store.vectors, embeddings, store.regression, translated=True)


@pytest.mark.parametrize(
    ("question", "lang", "cause"),
    [
        ("my loss exploded after some steps", "en", "lr_too_high"),
        ("validation loss goes up, training loss falls", "en", "overfitting"),
        ("suddenly nan in a batch", "en", "nan_in_data"),
        ("训练几步就爆炸了", "zh", "lr_too_high"),
        ("驗證損失上升，訓練損失下降", "zh", "overfitting"),
        ("突然 nan，批次有问题", "zh", "nan_in_data"),
    ],
)
def test_the_right_cause_comes_first(search: CauseSearch, question: str, lang: Lang, cause: str) -> None:
    assert search.find(question, lang)[0].cause == cause


def test_every_cause_is_there_once_and_best_first(search: CauseSearch) -> None:
    matches = search.find("loss nan", "en")
    assert {match.cause for match in matches} == {"lr_too_high", "overfitting", "nan_in_data"}
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1)


def test_the_log_likelihood_is_against_the_average_cause(search: CauseSearch) -> None:
    for match in search.find("loss nan", "en"):
        assert match.log_likelihood == pytest.approx(math.log(3 * match.score))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_passages_are_in_the_language_of_the_reader(search: CauseSearch, lang: Lang) -> None:
    for match in search.find("the loss diverges", lang):
        assert match.passages
        assert {passage.lang for passage in match.passages} == {lang}


def test_the_nearest_passage_is_named_in_either_language(search: CauseSearch) -> None:
    first = search.find("the loss diverges", "zh")[0]
    assert first.nearest.en == "the loss diverges"
    assert first.nearest.zh == first.passages[0].text


def test_a_passage_says_how_it_was_found(search: CauseSearch) -> None:
    nearest = search.find("the loss diverges", "en")[0].passages[0]
    assert nearest.text == "the loss diverges"
    assert nearest.matched_by == ("words", "meaning")
    assert nearest.dense == pytest.approx(1, abs=1e-6)


def test_a_chinese_question_meets_english_passages(search: CauseSearch) -> None:
    assert search.find("训练发散", "en")[0].cause == "lr_too_high"


@pytest.mark.parametrize("question", ["", "?", "zebra", "鑫龘"])
def test_a_question_that_says_nothing_leaves_all_causes_near_each_other(
    search: CauseSearch, question: str
) -> None:
    matches = search.find(question, "en")
    assert max(match.lexical for match in matches) == 0
    assert all(math.isfinite(match.log_likelihood) for match in matches)


def test_many_threads_get_the_answers_of_one(search: CauseSearch) -> None:
    questions = ["loss nan", "the loss diverges", "validation loss rises", "缺失值"] * 5
    alone = [search.find(question, "en") for question in questions]
    together: dict[int, tuple[CauseMatch, ...]] = {}

    def ask(place: int) -> None:
        together[place] = search.find(questions[place], "en")

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[place] for place in range(len(questions))] == alone
