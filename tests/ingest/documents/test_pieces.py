"""Passages: under their headings, code and tables whole, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossclinic_ingest.documents.chunk import SIZE
from lossclinic_ingest.documents.content import Block, Content, table_of, unwrapped
from lossclinic_ingest.documents.pieces import WHOLE, pieces_of

SENTENCE = "The loss of the large model rises at step 2000 when the rate is at its peak. "
CHINESE = "学习率到达峰值之后，大模型的损失会突然升高。"


def content(*blocks: Block) -> Content:
    return Content("", blocks)


def test_headings_are_above_what_they_head() -> None:
    pieces = pieces_of(
        content(
            Block("prose", "before"),
            Block("heading", "A", 1),
            Block("heading", "B", 2),
            Block("prose", "in b"),
            Block("heading", "C", 2),
            Block("prose", "in c"),
            Block("heading", "D", 1),
            Block("prose", "in d"),
        )
    )
    assert [(piece.heading, piece.text) for piece in pieces] == [
        ("", "before"),
        ("A > B", "in b"),
        ("A > C", "in c"),
        ("D", "in d"),
    ]
    assert pieces[1].read_as == "A > B: in b"


def test_long_prose_is_cut_between_sentences() -> None:
    for sentence, lang, end in ((SENTENCE, "en", "."), (CHINESE, "zh", "。")):
        pieces = pieces_of(content(Block("prose", sentence * 60)))
        assert len(pieces) > 1
        assert all(piece.lang == lang and piece.text.endswith(end) for piece in pieces)
        assert all(len(piece.text) <= SIZE[piece.lang] for piece in pieces)
        assert "".join(piece.text for piece in pieces).count(sentence.strip()) == 60


def test_languages_are_cut_by_their_own_measure() -> None:
    pieces = pieces_of(
        content(Block("prose", SENTENCE * 3), Block("prose", CHINESE * 4), Block("code", "x = 1"))
    )
    assert [piece.lang for piece in pieces] == ["en", "zh"]
    assert pieces[1].text.endswith("x = 1")


def test_code_is_whole_and_keeps_its_introduction() -> None:
    code = "\n".join(f"value_{number} = {number}" for number in range(150))
    assert SIZE["en"] < len(code) < WHOLE
    (piece,) = pieces_of(content(Block("prose", "Do this:"), Block("code", code)))
    assert piece.text == f"Do this:\n\n{code}"
    apart = pieces_of(content(Block("prose", SENTENCE * 6), Block("code", code)))
    assert [piece.text for piece in apart][-1] == code


def test_a_long_table_repeats_its_head() -> None:
    table = table_of([["model", "rate"], *([f"model {number}", f"{number}e-4"] for number in range(600))])
    pieces = pieces_of(content(Block("table", table)))
    assert len(pieces) > 1
    assert all(piece.text.startswith("| model | rate |\n| --- | --- |\n") for piece in pieces)
    rows = [line for piece in pieces for line in piece.text.split("\n")[2:]]
    assert rows == table.split("\n")[2:]
    assert all(len(piece.text) <= WHOLE + 100 for piece in pieces)


def test_pictures_inside_the_text_are_left_out() -> None:
    (piece,) = pieces_of(content(Block("prose", f"Before. data:image/png;base64,{'iVBOR' * 500} After.")))
    assert len(piece.text) < 40


def test_a_passage_begins_on_its_page() -> None:
    blocks = (
        Block("heading", "Rates", 1, "page=3"),
        Block("prose", "On three.", anchor="page=3"),
        Block("prose", "On four.", anchor="page=4"),
    )
    assert [(piece.anchor, piece.heading) for piece in pieces_of(content(*blocks))] == [
        ("page=3", "Rates"),
        ("page=4", "Rates"),
    ]


def test_lines_broken_for_their_width_are_joined() -> None:
    wide = [
        "The loss of the large model rises at step 2000 when the",
        "rate is at its peak, and nobody under-",
        "stands why.",
    ]
    assert unwrapped(wide, 0.6).endswith("nobody understands why.")
    assert unwrapped(["- one thing that is long", "- another that is long"]).count("\n") == 1
    assert (
        unwrapped(["学习率到达峰值之后，大模型的", "损失会突然升高，原因不明。"])
        == "学习率到达峰值之后，大模型的损失会突然升高，原因不明。"
    )
    assert unwrapped(["short", "a much longer line that stands alone"]).count("\n") == 1


BLOCKS = st.lists(
    st.builds(
        Block,
        st.sampled_from(["heading", "prose", "code", "table"]),
        st.text(alphabet="ab 学。.\n|", max_size=900),
        st.integers(1, 6),
        st.sampled_from(["", "page=1", "page=2"]),
    ),
    max_size=12,
)


@given(BLOCKS)
@settings(max_examples=60, deadline=None)
def test_no_letter_is_lost_but_in_headings_without_text(blocks: list[Block]) -> None:
    pieces = pieces_of(Content("", tuple(blocks)))
    said = "".join("".join(piece.text.split()) for piece in pieces)
    written = "".join("".join(block.text.split()) for block in blocks if block.kind != "heading")
    assert said == written
    assert all(piece.text.strip() for piece in pieces)


@pytest.mark.parametrize("kind", ["code", "prose", "table"])
def test_nothing_grows_without_end(kind: str) -> None:
    pieces = pieces_of(content(Block(kind, "x" * 50_000)))  # type: ignore[arg-type]
    assert max(len(piece.text) for piece in pieces) <= 2 * WHOLE
