"""Finding messages in a log: where they stand, how often, what is quoted, and that numbers cost next to nothing."""

from __future__ import annotations

import dataclasses
import random

import pytest

from lossclinic_kb.messages import find, load_messages, printed_in
from lossclinic_kb.messages.find import BLOCK, QUOTED, READ, Extent, often_enough
from lossclinic_kb.run import Printed

TARGET = load_messages()["target_size_differs"].example
STEP = "epoch {0} step {0} loss {1:.5f} lr 1.0e-03"


def steps(count: int) -> list[str]:
    numbers = random.Random(0)
    return [STEP.format(step, numbers.random()) for step in range(count)]


def test_a_log_without_words_holds_nothing() -> None:
    assert printed_in("\n".join(steps(50))) == ()
    assert printed_in("") == ()


@pytest.mark.parametrize("place", [0, 3, 50])
def test_the_first_line_is_told_and_all_are_counted(place: int) -> None:
    lines = steps(50)
    lines[place:place] = [TARGET]
    lines += [TARGET, TARGET]
    (found,) = printed_in("\n".join(lines))
    assert (found.message, found.line, found.count) == ("target_size_differs", place + 1, 3)


def test_lines_are_numbered_on_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "BLOCK", 100)
    lines = [*steps(40), "", "", TARGET, *steps(40), TARGET]
    for text in ("\n".join(lines), "\n".join(lines) + "\n"):
        (found,) = printed_in(text)
        assert (found.line, found.count) == (43, 2)
    assert BLOCK > 100


def test_the_quote_begins_with_the_message_and_fits_two_lines() -> None:
    (found,) = printed_in(TARGET + "x" * 900)
    assert found.quote.startswith("Using a target size (torch.Size([32]))")
    assert len(found.quote) == QUOTED


def test_of_an_endless_line_the_beginning_is_read() -> None:
    assert printed_in("x" * READ + TARGET) == ()
    assert len(printed_in(TARGET + "x" * 5_000_000)) == 1


def test_half_a_message_is_none() -> None:
    assert printed_in("I wonder about Using a target size (torch.Size([ in general") == ()


@pytest.mark.parametrize(
    ("at_least", "share", "of", "count", "kept"),
    [
        (1, 0.0, "steps", 1, True),
        (5, 0.0, "steps", 4, False),
        (5, 0.0, "steps", 5, True),
        (1, 0.1, "steps", 99, False),
        (1, 0.1, "steps", 100, True),
        (1, 0.5, "rows", 9, False),
        (1, 0.5, "rows", 10, True),
    ],
)
def test_what_is_ordinary_when_it_is_rare_has_to_come_often(
    at_least: int, share: float, of: str, count: int, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = dataclasses.replace(load_messages()["target_size_differs"], at_least=at_least, share=share, of=of)
    monkeypatch.setattr(find, "load_messages", lambda: {asked.id: asked})
    found = (Printed(asked.id, "", 1, count),)
    assert often_enough(found, Extent(1000, 20)) == (found if kept else ())


def test_lines_that_differ_in_numbers_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    wanted = find._wanted
    monkeypatch.setattr(find, "_wanted", lambda shapes: looked.append(len(shapes)) or wanted(shapes))
    printed_in("\n".join(steps(20_000)))
    assert looked == [1]
