"""From words to causes with the real encoder over the real knowledge base."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossclinic_ingest.build import open_or_build
from lossclinic_ingest.encoders import SentenceEncoder
from lossclinic_kb.causes import CAUSES
from lossclinic_kb.retrieval import CauseRetriever
from lossclinic_kb.store import default_folder
from lossclinic_kb.text import language_of

pytestmark = pytest.mark.slow

QUESTIONS = {
    "lr_too_high": (
        "the loss diverges right away unless I make the learning rate tiny",
        "学习率稍微大一点 loss 就发散",
    ),
    "overfitting": (
        "perfect on the training set, much worse on validation, and the gap keeps growing",
        "训练集几乎满分，验证集差很多，差距还在变大",
    ),
    "missing_zero_grad": (
        "gradient norm grows every step, seems gradients add up",
        "梯度好像在一步步累加，没有清零",
    ),
    "nan_in_data": ("some rows of my csv are empty and the loss is nan", "表格里有空值，loss 是 nan"),
    "missing_eval_mode": (
        "test results change with the batch size because I never call eval()",
        "测试时忘了 model.eval()",
    ),
    "class_imbalance": (
        "99% of samples are negative and it always predicts negative",
        "负样本占 99%，全部预测成负类",
    ),
    "dying_relu": ("after a while most relu units output zero for every input", "relu 之后的激活几乎全是 0"),
    "no_shuffling": ("the data are sorted by class and I do not shuffle", "数据按类别排好序，没有打乱"),
}
ELSEWHERE = (
    "how do I cook rice without a rice cooker",
    "what is the capital of Australia",
    "who won the world cup in 2018",
    "best restaurants near the central station",
    "红烧肉怎么做才好吃",
    "北京明天天气怎么样",
    "怎么办理护照",
    "帮我写一首关于春天的诗",
)


@pytest.fixture(scope="module")
def retriever(home: Path, minilm: SentenceEncoder) -> CauseRetriever:
    return CauseRetriever(store=open_or_build(minilm, default_folder(home)), embeddings=minilm)


def test_every_cause_can_be_found(retriever: CauseRetriever) -> None:
    assert {match.cause for match in retriever.find("loss", "en")} == set(CAUSES)


@pytest.mark.parametrize("cause", QUESTIONS)
@pytest.mark.parametrize("place", [0, 1], ids=["en", "zh"])
def test_a_plain_question_finds_its_cause(retriever: CauseRetriever, cause: str, place: int) -> None:
    question = QUESTIONS[cause][place]
    matches = retriever.find(question, language_of(question))
    assert cause in [match.cause for match in matches[:3]]
    assert retriever.relevant(question, matches)


@pytest.mark.parametrize("question", ELSEWHERE)
def test_other_questions_are_not_relevant(retriever: CauseRetriever, question: str) -> None:
    assert not retriever.relevant(question, retriever.find(question, language_of(question)))


def test_traditional_characters_get_the_same_answer(retriever: CauseRetriever) -> None:
    simplified = retriever.find("验证集准确率一直不变，学习率设多少", "zh")
    traditional = retriever.find("驗證集準確率一直不變，學習率設多少", "zh")
    assert [match.cause for match in traditional] == [match.cause for match in simplified]


def test_every_phrase_finds_itself(retriever: CauseRetriever) -> None:
    phrases = [passage for passage in retriever.store.passages if passage.kind == "phrase"][::25]
    for phrase in phrases:
        found = {match.cause: match for match in retriever.find(phrase.text, phrase.lang)}[phrase.cause]
        assert phrase.text in [passage.text for passage in found.passages]
