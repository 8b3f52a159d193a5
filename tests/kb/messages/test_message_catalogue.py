"""The catalogue of messages: every entry is whole, finds its own line, and takes no time on a line made to take some."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.likelihoods import HEALTHY, OTHER
from lossclinic_kb.messages import load_messages, printed_in
from lossclinic_kb.messages.find import READ, Extent, often_enough
from lossclinic_kb.messages.load import ROOT
from lossclinic_kb.messages.message import FAULT
from lossclinic_kb.messages.read import read_origin
from lossclinic_kb.messages.registry import ORIGINS

HANZI = re.compile("[\u4e00-\u9fff]")
ENTRY = """
messages:
  it_hums:
    title: {{en: "it hums", zh: "它在哼"}}
    means: {{en: "it hums while it trains", zh: "训练时它在哼"}}
    find: {find}
    pattern: '{pattern}'
    group: noise
    base: never
    says: {says}
    why: A sentence that is long enough.
    restates: {restates}
    example: "Warning: it is humming loudly"
    source: {{title: "hum.py", url: "https://example.org/hum.py"}}
"""
GOOD = {
    "find": "it is humming",
    "pattern": r"it is humming \w+",
    "says": "{lr_too_high: often}",
    "restates": "[]",
}


def written(folder: Path, **parts: str) -> Path:
    path = folder / "noises.yaml"
    path.write_text(ENTRY.format(**{**GOOD, **parts}), encoding="utf-8")
    return path


def test_every_file_of_the_catalogue_is_registered() -> None:
    assert sorted(path.stem for path in ROOT.iterdir()) == sorted(ORIGINS)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (message,) = read_origin(written(tmp_path))
    assert message["id"] == "it_hums"
    assert message["origin"] == "noises"


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"says": "{lr_too_hihg: often}"}, "no cause is called 'lr_too_hihg'"),
        ({"says": "{}"}, "it_hums.says"),
        ({"find": "it 123 is"}, "fewer than 8 characters"),
        ({"find": "it is whistling"}, "the example does not hold"),
        ({"pattern": r"it is humming \d+"}, "the example does not hold"),
        ({"pattern": r"it is humming .*"}, "without end"),
        ({"pattern": r"it is (?:humming \w)+"}, "without end"),
        ({"pattern": r"it is (humming"}, "pattern: "),
        ({"restates": "[loss_hums]"}, "no symptom is called 'loss_hums'"),
    ],
)
def test_a_malformed_entry_is_refused_by_name(tmp_path: Path, parts: dict[str, str], complaint: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        read_origin(written(tmp_path, **parts))
    assert complaint in str(refused.value)
    assert "noises.yaml" in str(refused.value)
    assert "it_hums" in str(refused.value)


@pytest.mark.parametrize("message", load_messages().values(), ids=lambda message: message.id)
def test_an_entry_is_whole(message: object) -> None:
    known = load_messages()[message.id]  # type: ignore[attr-defined]
    for text in (known.title, known.means):
        assert HANZI.search(text.zh)
        assert not HANZI.search(text.en)
        assert not text.en.endswith(".")
        assert not text.zh.endswith("。")
    assert known.source[1].startswith("https://")
    assert len({known.likelihood(cause) for cause in CAUSES}) > 1
    assert known.likelihood(HEALTHY) <= known.likelihood(OTHER)


@pytest.mark.parametrize("message", load_messages().values(), ids=lambda message: message.id)
def test_a_line_as_printed_is_found_and_is_no_other_message(message: object) -> None:
    known = load_messages()[message.id]  # type: ignore[attr-defined]
    lines = [f"step {step} loss 0.5\n{known.example}" for step in range(max(known.at_least, 1))]
    found = often_enough(printed_in("\n".join(lines)), Extent(1, 1))
    assert [each.message for each in found] == [known.id]
    assert found[0].line == 2
    assert found[0].count == len(lines)


def test_a_fault_is_what_no_sound_run_prints() -> None:
    for message in load_messages().values():
        most = max(message.likelihood(cause) for cause in message.says)
        if message.is_fault:
            assert most >= FAULT * message.likelihood(HEALTHY)


def hostile_lines(find: str, example: str) -> list[str]:
    """Return lines that hold what is sought, around which anything is repeated that patterns may try to split."""
    before, _, after = example.partition(find)
    return [
        f"{filling * READ}"[: READ - len(example)] + before + find + middle + after[:-1]
        for filling in ("a", " ", "0", "([,", "a1 ", "'")
        for middle in ("", filling * 400)
    ]


def test_no_line_takes_long() -> None:
    began = time.process_time()
    tried = 0
    for message in load_messages().values():
        for line in hostile_lines(message.find, message.example):
            message.regex.search(line[:READ])
            tried += 1
    assert time.process_time() - began < 0.002 * tried


def test_prose_about_training_is_no_message() -> None:
    root = ROOT.parents[1]
    pages = [*root.glob("guides/*/*.md"), *root.glob("symptoms/*.py")]
    assert len(pages) > 100
    assert {page.name: printed_in(page.read_text(encoding="utf-8")) for page in pages} == {
        page.name: () for page in pages
    }


@pytest.mark.parametrize("cause", CAUSES)
def test_a_message_that_people_with_a_fault_quote_speaks_for_it(cause: str) -> None:
    folder = ROOT.parents[1] / "causes" / CAUSES[cause] / cause
    known = load_messages()
    for page in ("phrases.yaml", "en.md", "zh.md"):
        for printed in printed_in((folder / page).read_text(encoding="utf-8")):
            message = known[printed.message]
            assert message.likelihood(cause) > message.likelihood(OTHER), message.id
