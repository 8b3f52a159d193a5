"""What a message wants is read from its beginning, in a time that does not follow the square of its length."""

from __future__ import annotations

import time

import pytest

from lossclinic.dialogue.intents import as_written, intent_of


@pytest.mark.parametrize("said", ["forget that", "撤回"])
def test_a_message_that_goes_on_far_below_is_a_description(said: str) -> None:
    assert intent_of(said + " " * 5000, case=True, check=False).kind == "forget"
    assert intent_of(said + " " * 5000 + "the loss is nan", case=True, check=False).kind == "tell"


def test_blanks_without_end_cost_nothing() -> None:
    start = time.process_time()
    assert as_written(
        " " * 500_000 + "No, I mean the Validation loss" + " " * 500_000, "the validation loss"
    ) == ("the Validation loss")
    assert time.process_time() - start < 5
