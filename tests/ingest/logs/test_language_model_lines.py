"""Lines without end cost the readers of language models' logs no time that grows with the square."""

from __future__ import annotations

import contextlib
import time

import pytest

from lossclinic_ingest.logs import UnreadableLog
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.readers import READERS

MINE = (
    "hf_printed", "nanogpt", "megatron", "fairseq", "torchtune_disk", "deepspeed_console", "llamafactory_jsonl"
)  # fmt: skip


HOSTILE = {
    "dicts": "{'" * 60_000,
    "quotes": "{'a': '" + "\\'" * 60_000,
    "words": "step " * 30_000,
    "steps": "step 1 | loss " * 12_000,
    "bars": "iteration 1/ 2 | " * 10_000,
    "blanks": "iteration" + " " * 120_000,
    "epochs": "epoch 001 | " * 10_000,
    "digits": "epoch " + "1" * 120_000,
    "fields": "Step 1 | " + "a:1" * 40_000,
    "dots": "lr " + "." * 120_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("format_id", MINE)
def test_endless_lines_take_no_time(kind: str, format_id: str) -> None:
    document = Document("log", text=f"{HOSTILE[kind]}\n" * 3)
    start = time.process_time()
    assert READERS[format_id].sniff(document) <= 1
    with contextlib.suppress(UnreadableLog):
        READERS[format_id].read(document)
    assert time.process_time() - start < 5  # seconds; what grows with the square takes minutes
