"""Slips put right, and everything else left alone."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossclinic_kb.causes import load_causes
from lossclinic_kb.glossary import Concept, load_glossary
from lossclinic_kb.glossary.load import TOPICS
from lossclinic_kb.retrieval.abbreviations import written_out
from lossclinic_kb.retrieval.lexical import Lexical, terms
from lossclinic_kb.retrieval.senses import senses
from lossclinic_kb.retrieval.spelling import SHORTEST, nearest, put_right
from lossclinic_kb.retrieval.tokenise import tokenise
from lossclinic_kb.retrieval.translate import to_english

RIGHT = {
    "my model is overfiting": "my model is overfitting",
    "learing rate 1e-3, no convergance": "learning rate 1e-3, no convergence",
    "the Gradiant explodes": "the gradient explodes",
    "training accurracy": "training accuracy",
    "validaton loss goes up": "validation loss goes up",
    "模型过拟和": "模型过拟合",
    "损失涵数 和 learing rate": "损失函数 和 learning rate",
    "資料集太小，過度擬合": "数据集太小,过度拟合",
    "類神經網路的最佳化器": "神经网络的优化器",
    "程式碼裡的變數": "代码里的变量",
}
UNLISTED = {
    "initialzaton": None,
    "regularizatoin": "regularization",
    "catastropic": "catastrophic",
    "hyperparemeters": "hyperparameters",
    "embeedings": "embeddings",
    "convergence": None,
    "trailing": None,
    "auction": None,
    "zebrafish": None,
    "gradien": None,
    "lessen": None,
}
LEFT = (
    "the trailing comma in my printer settings",
    "val_loss=0.3, train_gradiants.csv, model.generatr()",
    "it converges after 30 epochs",
    "how do I cook rice without a rice cooker",
    "训练损失不下降",
    "显著提升",
    "往回传到第一层",
    "EfficientDet 和 DenseNt",
    "",
)


@pytest.mark.parametrize("text", RIGHT)
def test_slips_are_put_right(text: str) -> None:
    assert put_right(text) == RIGHT[text]


@pytest.mark.parametrize("word", UNLISTED)
def test_a_slip_that_no_list_holds(word: str) -> None:
    assert nearest(word) == UNLISTED[word]


@pytest.mark.parametrize("text", LEFT)
def test_what_is_right_comes_back_as_it_is(text: str) -> None:
    assert put_right(text) is text


def topic(name: str) -> Iterator[Concept]:
    """Yield the concepts of one topic."""
    return (concept for concept in load_glossary().concepts.values() if concept.topic == name)


@pytest.mark.parametrize("name", TOPICS)
def test_no_name_of_a_concept_is_taken_for_a_slip(name: str) -> None:
    for entry in topic(name):
        for own in (entry.term, *entry.short, *entry.cased, *entry.also, *entry.zh, *entry.slang):
            assert put_right(own) == own


@pytest.mark.parametrize("name", TOPICS)
def test_every_listed_slip_gives_the_right_name(name: str) -> None:
    for entry in topic(name):
        for slip, right in {**entry.misspelt, **entry.taiwan, **entry.zh_misspelt}.items():
            assert put_right(slip) == right


def test_the_pages_of_the_knowledge_base_hold_no_slip_of_ours() -> None:
    """What people wrote with care must not change, but for one spelling of two."""
    changed = {
        word: nearest(word)
        for cause in load_causes().values()
        for section in cause.articles["en"].sections.values()
        for word in section.lower().split()
        if word.isalpha() and len(word) >= SHORTEST and nearest(word)
    }
    strays = {word: right for word, right in changed.items() if not spelt_two_ways(word, str(right))}
    assert strays == {}, "these words belong into glossary/correct.yaml"


def spelt_two_ways(one: str, other: str) -> bool:
    """Whether two words differ as British and American spelling do."""
    return one.replace("s", "z") == other.replace("s", "z") or one.replace("ll", "l") == other.replace(
        "ll", "l"
    )


def test_a_random_slip_in_a_long_word_of_the_field_is_put_right_nearly_always() -> None:
    rng = random.Random(0)
    words = sorted({word for term in load_glossary().concepts for word in term.split() if word.isalpha()})
    longer = [word for word in words if word.islower() and len(word) >= 9]
    slips = [(slipped(word, rng), word) for word in longer]
    found = [nearest(slip) == word for slip, word in slips if slip != word]
    assert len(found) > 150
    assert sum(found) >= 0.95 * len(found)


def slipped(word: str, rng: random.Random) -> str:
    """Return `word` with one letter inside left out, doubled, replaced or swapped with the next."""
    at = rng.randrange(1, len(word) - 2)
    other = rng.choice("aeioustrn")
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return rng.choice(
        [word[:at] + word[at + 1 :], word[: at + 1] + word[at:], word[:at] + other + word[at + 1 :], swapped]
    )


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("val acc 0.1 with bs 32", "validation accuracy 0.1 with batch size 32"),
        ("lr=1e-3", "learning rate=1e-3"),
        ("LR too high, BN in eval", "learning rate too high, batch normalization in evaluation"),
        ("ckpt from DDP", "checkpoint from data parallelism"),
        ("mAP is zero", "mean average precision is zero"),
        ("训练时 OOM", "训练时 out of memory"),
    ],
)
def test_abbreviations_are_written_out(short: str, full: str) -> None:
    assert written_out(short) == full


@pytest.mark.parametrize(
    "text", ["I map the labels", "sam likes rag dolls", "with dp 0.1", "value of acceleration", ""]
)
def test_words_that_only_look_like_abbreviations_stay(text: str) -> None:
    assert written_out(text) is text


def test_an_abbreviation_that_the_passages_use_stays() -> None:
    assert written_out("val acc, bsz 8", known={"val", "acc"}) == "val acc, batch size 8"
    assert written_out("val bsz", known={"val"}) == "val batch size"


def test_a_question_in_abbreviations_meets_passages_that_write_them_out() -> None:
    texts = ["loss explodes after warmup", "the checkpoint has no optimizer state", "perplexity stays high"]
    search = Lexical(texts)
    for question, place in {
        "ckpt": 1,
        "PPL": 2,
        "chkpt": 1,
        "optim": 1,
        "wram-up": None,
        "warmpup": 0,
    }.items():
        scores = search.scores(question)
        assert [number for number, score in enumerate(scores) if score > 0] == (
            [] if place is None else [place]
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("overfiting", "overfitting"),
        ("過適", "过拟合"),
        ("跑飞", "diverges"),
        ("資料洩漏", "数据泄漏"),
    ],
)
def test_two_ways_of_saying_it_meet_in_lexical_search(one: str, other: str) -> None:
    assert set(terms(other)) <= set(terms(one)) | set(tokenise(other))
    assert set(terms(one)) & set(terms(other))


def test_a_question_without_any_of_it_has_the_terms_of_its_words_alone() -> None:
    for text in (
        "the loss explodes after a few steps",
        "training accuracy stays at 10%",
        "memory leak in my loop",
    ):
        assert terms(text) == [*tokenise(text), *senses(text)]


@given(st.text(max_size=60))
def test_any_text_can_be_put_right(text: str) -> None:
    once = put_right(text)
    assert isinstance(once, str)
    assert put_right(once) == once


@pytest.mark.parametrize("step", [put_right, to_english, written_out, terms])
@pytest.mark.parametrize(
    "unit", ["learing rate ", "x", "損失", "過度擬", "1", "val_", "trainning", "e\u0301\u0323"]
)
def test_the_time_grows_with_the_length_only(step: Callable[[str], object], unit: str) -> None:
    step(unit)  # tables are made on first use
    short, long = (seconds(step, unit * (count // len(unit))) for count in (4_000, 40_000))
    assert long < 40 * short + 0.2  # ten times the text; a hundred times the time would be its square


def seconds(step: Callable[[str], object], text: str) -> float:
    """Return the processor time that `step` takes, so that other work on the machine does not count."""
    start = time.process_time()
    step(text)
    return time.process_time() - start
