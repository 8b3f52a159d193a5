"""Which passages hold which words, against plain counting."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossclinic_ingest.collections import words as module
from lossclinic_ingest.collections.words import Gathering, Words, read_words, share, words_of

TEXTS = (
    "NCCL_P2P_DISABLE=1 cured the hang of torch.distributed",
    "the losses explode after the warm-up",
    "loss exploding again, the loss is nan",
    "学习率 3e-4，損失飆升",
    "",
)


def gathered(*texts: str) -> Words:
    gathering = Gathering()
    for text in texts:
        gathering.add(text)
    return gathering.words()


def test_the_same_word_in_other_forms_is_the_same() -> None:
    assert words_of("The LOSSES exploded") >= words_of("loss explodes") - words_of("the")
    assert words_of("損失飆升") == words_of("损失飙升")
    assert words_of("NCCL_P2P_DISABLE") & words_of("nccl p2p disable")
    assert words_of("，。！ ") == set()


def test_counts_and_places_are_those_of_plain_counting() -> None:
    words = gathered(*TEXTS)
    sets = [words_of(text) for text in TEXTS]
    for term in set.union(*sets):
        own = [place for place, held in enumerate(sets) if term in held]
        seat = int(np.searchsorted(words.terms, term))
        assert words.terms[seat] == term
        assert words.counts[seat] == len(own)
        assert words.places[words.starts[seat] : words.starts[seat + 1]].tolist() == own


def test_the_less_common_word_says_more() -> None:
    words = gathered(*TEXTS)
    weights = words.weights(words_of("loss nccl_p2p_disable zebra"))
    loss, name, zebra = (
        weights[next(iter(words_of(word)))] for word in ("loss", "nccl_p2p_disable", "zebra")
    )
    assert loss < zebra
    assert weights[module.zlib.crc32(b"nccl_p2p_disable")] == pytest.approx(math.log1p(4.5 / 1.5))
    assert zebra == pytest.approx(math.log1p(5.5 / 0.5))
    assert name <= zebra


def test_an_exact_name_finds_its_passage() -> None:
    words = gathered(*TEXTS)
    assert words.holding(words.weights(words_of("what does NCCL_P2P_DISABLE do")), 3)[0] == 0
    assert words.holding(words.weights(words_of("损失飙升")), 3) == [3]
    assert words.holding(words.weights(words_of("zebra")), 3) == []


def test_common_words_find_nothing_but_count(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"common number{number}" for number in range(50)]
    words = gathered(*texts)
    weights = words.weights(words_of("common"))
    assert words.holding(weights, 5) == []
    assert 0 < weights[next(iter(words_of("common")))] < 0.1
    assert words.holding(words.weights(words_of("number7 common")), 5) == [7]
    monkeypatch.setattr(module, "_MOST", 10_000)
    assert share(words.weights(words_of("number7 common")), words_of(texts[7])) == pytest.approx(1)


def test_bytes_and_back() -> None:
    words = gathered(*TEXTS)
    back = read_words(words.to_bytes())
    for name in ("terms", "counts", "starts", "places"):
        np.testing.assert_array_equal(getattr(words, name), getattr(back, name))
    assert back.total == len(TEXTS)
    empty = read_words(gathered().to_bytes())
    assert empty.weights({1}) == {}
    with pytest.raises(ValueError, match="another length"):
        read_words(words.to_bytes()[:-1])
