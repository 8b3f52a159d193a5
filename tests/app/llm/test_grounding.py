"""An explanation sentence by sentence: what stays, what is taken out, and that the checker sees what should have been."""

from __future__ import annotations

import itertools
import random

import pytest
from model_case import plain

from lossclinic.llm.code import ADAPTED, EXECUTED
from lossclinic.llm.digest import Digest, digest_of
from lossclinic.llm.drops import Drops
from lossclinic.llm.grounding import Grounding, problems
from lossclinic.llm.sentences import pieces, streamed


@pytest.fixture(scope="module")
def digest() -> Digest:
    made = digest_of(plain())
    assert made.causes[0].id == "lr_too_high", "the other tests are about this case"
    return made


def checked(text: str, digest: Digest) -> tuple[str, Drops]:
    grounding = Grounding(digest)
    kept = grounding.checked(text)
    assert problems(kept, digest) == ()
    return kept, grounding.tally.drops()


GOOD = [
    "The loss is NaN at step 60 [o:o1].",
    "The rate of 0.5 is too high [c:lr_too_high].",
    "Divide the rate by 3 to 10 [c:lr_too_high], then look again.",
    "1. Lower `lr` first.\n2. Clip the gradient norm.\n",
]
BAD = [
    ("It broke after 4242 steps.", "invented_numbers"),
    ("Accuracy will reach ninety-nine percent.", "invented_numbers"),
    ("See https://example.org for more.", "links"),
    ("See [this page](x) for more.", "links"),
    ("![pixel](x) is below.", "links"),
    ("<img src=x> is below.", "links"),
    ("Run pip install helper first.", "foreign_code"),
    ('{"lang":"en","status":"diagnosed', "foreign_code"),
    ("Run `rm -rf ~/.cache && true` first.", "foreign_code"),
    ("The real cause is dying_relu.", "foreign_causes"),
    ("```python\nimport os\nos.remove('x')\n```", "foreign_code"),
    ("[code:lr_too_high/nothing]", "foreign_code"),
]


@pytest.mark.parametrize("sentence", GOOD)
def test_what_comes_from_somewhere_stays(sentence: str, digest: Digest) -> None:
    kept, drops = checked(sentence, digest)
    assert kept == sentence.strip()
    assert drops.total == 0


@pytest.mark.parametrize(("sentence", "reason"), BAD)
def test_what_comes_from_nowhere_goes_and_the_rest_stays(sentence: str, reason: str, digest: Digest) -> None:
    kept, drops = checked(f"{GOOD[0]} {sentence}\n{GOOD[1]}", digest)
    assert getattr(drops, reason) == 1
    assert drops.total == 1
    assert GOOD[0] in kept
    assert GOOD[1] in kept
    assert sentence not in kept


@pytest.mark.parametrize(("sentence", "_"), BAD)
def test_the_checker_sees_what_should_have_gone(sentence: str, _: str, digest: Digest) -> None:
    assert problems(f"{GOOD[0]} {sentence}\n", digest)


def test_numbers_of_an_article_need_its_citation(digest: Digest) -> None:
    number = "3e-4"  # a usual rate, on the page of the first cause alone
    assert checked(f"Begin with {number}.", digest)[1].invented_numbers == 1
    assert checked(f"Begin with {number} [c:lr_too_high].", digest)[1].total == 0


def test_citations_of_nothing_are_taken_out_of_their_sentence(digest: Digest) -> None:
    text = "The rate is too high [c:lr_too_high, c:ghost] [s:s99][d:d1][1]【c:lr_too_high】."
    kept, drops = checked(text, digest)
    assert kept == "The rate is too high [c:lr_too_high][c:lr_too_high]."
    assert drops == Drops(unresolved_citations=4)


def test_called_code_is_the_executed_one(digest: Digest) -> None:
    kept, _ = checked("Do this: [code:lr_too_high/fix]", digest)
    assert EXECUTED.en in kept
    assert digest.snippets[0].code.strip() in kept


def test_copied_code_is_executed_varied_code_is_marked(digest: Digest) -> None:
    code = digest.snippets[0].code.strip()
    assert EXECUTED.en in checked(f"```python\n{code}\n```", digest)[0]
    varied = code.replace("momentum=0.9", "momentum=0.9, nesterov=True")
    kept, _ = checked(f"```python\n{varied}\n```", digest)
    assert ADAPTED.en in kept
    assert EXECUTED.en not in kept


@pytest.mark.parametrize(
    "evil",
    [
        "import os",
        "__import__('os').system('x')",
        "optimizer.__class__",
        "open('/etc/passwd')",
        "url = 'https://x.org/?q=' + str(loss)",
        "rate = 0.1234567",
        "this is no Python",
    ],
)
def test_varied_code_that_could_do_more_is_dropped(evil: str, digest: Digest) -> None:
    code = f"{digest.snippets[0].code.strip()}\n{evil}"
    kept, drops = checked(f"```python\n{code}\n```", digest)
    assert kept == ""
    assert drops.foreign_code == 1


def test_a_model_cannot_say_that_its_code_was_executed(digest: Digest) -> None:
    code = digest.snippets[0].code.strip().replace("0.9", "0.1")
    kept, _ = checked(f"{EXECUTED.en}\n```python\n{code}\n```", digest)
    assert EXECUTED.en not in kept
    assert ADAPTED.en in kept


def test_sentences_are_the_same_however_the_stream_is_cut(digest: Digest) -> None:
    text = (
        " ".join(GOOD)
        + f"\n```python\n{digest.snippets[0].code}```\n损失变成了 NaN。[c:lr_too_high] 学习率是 0.5！\n"
    )
    assert "".join(pieces(text)) == text
    rng = random.Random(0)
    for _ in range(50):
        places = sorted({0, len(text), *(rng.randrange(len(text)) for _ in range(rng.randrange(60)))})
        chunks = [text[a:b] for a, b in itertools.pairwise(places)]
        assert list(streamed(chunks)) == pieces(text)
