"""The glossary: how much it holds, that every entry is whole, and that no name leads astray."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.glossary import Concept, load_glossary
from lossclinic_kb.glossary.load import ROOT, TOPICS, glossary_files, key_of, read_glossary
from lossclinic_kb.retrieval.hanzi import fold, is_hanzi

CONCEPTS = load_glossary().concepts
NAMED = {
    "lr": "learning rate",
    "bs": "batch size",
    "ckpt": "checkpoint",
    "acc": "accuracy",
    "ppl": "perplexity",
    "mAP": "mean average precision",
    "OOM": "out of memory",
    "AMP": "mixed precision",
    "DDP": "data parallelism",
    "GN": "group normalization",
    "overfiting": "overfitting",
    "convergance": "convergence",
    "learing rate": "learning rate",
    "gradiant": "gradient",
    "normalisation": "normalization",
    "余弦退火": "cosine annealing",
    "代价": "loss",
    "跑飞": "divergence of training",
    "炼丹": "training",
    "掉点": "accuracy drop",
    "爆显存": "out of memory",
    "炸了": "divergence of training",
    "不收敛": "non-convergence",
    "躺平": "plateau",
    "震荡": "oscillation",
    "過度擬合": "overfitting",
    "最佳化器": "optimizer",
    "摺積": "convolution",
    "匯聚": "pooling",
    "類神經網路": "neural network",
}


def owners() -> dict[str, set[str]]:
    """Return the concepts that each name leads to."""
    found: dict[str, set[str]] = defaultdict(set)
    for concept in CONCEPTS.values():
        for name in concept.names():
            found[key_of(name)].add(concept.term)
    return found


def test_there_are_at_least_550_concepts_over_all_topics() -> None:
    assert len(CONCEPTS) >= 550
    assert {concept.topic for concept in CONCEPTS.values()} == set(TOPICS)
    assert {path.stem for path in (ROOT / "topics").iterdir()} == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_concept_has_both_languages_and_a_clause_in_each(topic: str) -> None:
    for concept in CONCEPTS.values():
        if concept.topic == topic:
            assert_whole(concept)


def assert_whole(concept: Concept) -> None:
    """Assert that `concept` has a Chinese name and one line on what it is in each language."""
    assert any(map(is_hanzi, concept.zh[0])), concept.term
    for clause in (concept.means.en, concept.means.zh):
        assert 4 <= len(clause) <= 110, concept.term
        assert len(clause.splitlines()) == 1, concept.term
        assert clause[-1] not in ".。", concept.term
    assert not any(map(is_hanzi, concept.means.en)), concept.term
    assert sum(map(is_hanzi, concept.means.zh)) >= 4, concept.term


def test_a_name_leads_to_one_concept_or_is_marked_ambiguous() -> None:
    several = {key for key, terms in owners().items() if len(terms) > 1}
    assert several == set(load_glossary().ambiguous)


@pytest.mark.parametrize("name", NAMED)
def test_what_people_call_it_leads_to_the_concept(name: str) -> None:
    assert NAMED[name] in owners()[key_of(name)]


def test_there_are_many_of_each_kind_of_name() -> None:
    counts = {
        kind: sum(len(getattr(concept, kind)) for concept in CONCEPTS.values())
        for kind in ("short", "also", "misspelt", "zh", "slang", "taiwan", "zh_misspelt")
    }
    least = {
        "short": 250,
        "also": 1000,
        "misspelt": 180,
        "zh": 1500,
        "slang": 20,
        "taiwan": 100,
        "zh_misspelt": 20,
    }
    assert all(counts[kind] >= number for kind, number in least.items()), counts


def test_definitions_tell_concepts_apart() -> None:
    for lang in ("en", "zh"):
        clauses = [concept.means(lang) for concept in CONCEPTS.values()]
        twice = {clause for clause in clauses if clauses.count(clause) > 1}
        assert len(twice) <= 3, twice


def test_regional_words_are_those_of_elsewhere() -> None:
    glossary = load_glossary()
    assert not set(glossary.regional) & set(glossary.wording)
    assert all(fold(word) != mainland for word, mainland in glossary.regional.items())


def test_every_file_of_the_glossary_is_named() -> None:
    assert set(glossary_files()) == set(ROOT.rglob("*.yaml"))


ENTRY = "  zh: [损失]\n  means: a number\n  means_zh: 一个数字\n"


def files(folder: Path, topic: str, **others: str) -> Path:
    """Write a small glossary and return its folder."""
    (folder / "topics").mkdir()
    (folder / "topics" / "small.yaml").write_text(topic, encoding="utf-8")
    contents = {"ambiguous": "{}", "wording": "{}", "regional": "{}", "correct": "[]"} | others
    for name, text in contents.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("topic", "complaint"),
    [
        ("loss:\n  means: a number\n  means_zh: 一个数字\n", "small.yaml: loss.zh: "),
        ("loss:\n  zh: []\n  means: a number\n  means_zh: 一个数字\n", "small.yaml: loss.zh: "),
        ("loss:\n  zh: [损失]\n  means: a number\n", "small.yaml: loss.means_zh: "),
        (f"loss:\n  nick: [l]\n{ENTRY}", "small.yaml: loss.nick: "),
        (
            "loss:\n  zh: [损失]\n  means: |\n    two\n    lines\n  means_zh: 一个数字\n",
            "small.yaml: loss.means: ",
        ),
        ("loss:\n  zh: [損失]\n  means: a number\n  means_zh: 一个数字\n", "'損失' is not simplified"),
        ("loss:\n  zh: [loss]\n  means: a number\n  means_zh: 一个数字\n", "'loss' is not simplified"),
        (f"loss:\n  also: [代价]\n{ENTRY}", "'代价' is not English"),
        (f"loss:\n  misspelt: {{los: lost}}\n{ENTRY}", "'lost' is none of its names"),
        (f"loss:\n  taiwan: {{代價: 价钱}}\n{ENTRY}", "'价钱' is none of its names"),
        (f"loss:\n  also: [LOSS]\n{ENTRY}", "is there twice"),
        (f"loss:\n{ENTRY}cost:\n{ENTRY}", "ambiguous.yaml: 损失: a name of ['cost', 'loss']"),
        ("- loss\n", "small.yaml: "),
        ("loss: [\n", "not YAML"),
    ],
)
def test_a_bad_concept_is_refused_with_file_and_key(tmp_path: Path, topic: str, complaint: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_glossary(files(tmp_path, topic), ["small"])
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("wording", "a: {没有: no}", "wording.yaml: a.没有: "),
        ("wording", "a: {沒有: none}", "wording.yaml: a: '沒有' is not simplified"),
        ("wording", "a: {loss: loss}", "wording.yaml: a: 'loss' is not simplified"),
        ("wording", "a: {没有: none}\nb: {没有: nothing}", "wording.yaml: b: '没有' is there twice"),
        ("regional", "網路: 網絡", "regional.yaml: 網路: '網絡' is not simplified"),
        ("regional", "網絡: 网络", "regional.yaml: 網絡: only its characters differ"),
        ("ambiguous", "lr: {either: [loss, rate], search: loss}", "ambiguous.yaml: lr: either: "),
        ("ambiguous", "lr: {either: [loss], search: loss}", "ambiguous.yaml: lr.either: "),
        ("correct", "words", "correct.yaml: "),
    ],
)
def test_other_files_are_refused_with_file_and_key(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_glossary(files(tmp_path, f"loss:\n{ENTRY}", **{name: text}), ["small"])
    assert complaint in str(caught.value)


def test_search_takes_an_ambiguous_name_for_one_of_its_concepts(tmp_path: Path) -> None:
    two = f"loss:\n{ENTRY}cost:\n{ENTRY}"
    choice = "损失: {either: [loss, cost], search: gain}"
    with pytest.raises(KnowledgeError, match="损失: search: none of those above"):
        read_glossary(files(tmp_path, two, ambiguous=choice), ["small"])


def test_a_small_glossary_reads_back(tmp_path: Path) -> None:
    two = f"loss:\n{ENTRY}cost:\n{ENTRY}"
    choice = "损失: {either: [loss, cost], search: cost}"
    glossary = read_glossary(files(tmp_path, two, ambiguous=choice), ["small"])
    assert list(glossary.concepts) == ["loss", "cost"]
    assert glossary.concepts["loss"].means("zh") == "一个数字"
    assert glossary.ambiguous == {"损失": "cost"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("val_loss", "Val-Loss", True),
        ("過擬合", "过拟合", True),
        ("val_loss", "val_acc", False),
        ("KL散度", "kl散度", True),
    ],
)
def test_names_that_read_alike_have_one_key(one: str, other: str, same: bool) -> None:
    assert (key_of(one) == key_of(other)) is same


def test_it_is_read_once() -> None:
    assert load_glossary() is load_glossary()
