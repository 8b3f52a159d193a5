"""Bytes to text."""

from __future__ import annotations

import pytest

from lossclinic_ingest.logs.inputs.decode import decode

TABLE = "轮次,训练损失,备注\n1,0.5,正常\n2,0.25,正常\n"


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 1), ("utf-32", 1), ("gb18030", 1), ("gbk", 1)],
)
def test_chinese_text_survives(encoding: str, notes: int) -> None:
    found = decode(TABLE.encode(encoding))
    assert found is not None
    assert found.text == TABLE
    assert len(found.notes) == notes


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding: str) -> None:
    text = "step,loss\r\n" + "".join(f"{i},{i / 7}\r\n" for i in range(50))
    found = decode(text.encode(encoding))
    assert found is not None
    assert found.text == text.replace("\r\n", "\n")
    assert "UTF-16" in found.notes[0].en


def test_accents_are_not_read_as_chinese() -> None:
    text = "époque,perte,durée moyenne de l'itération en secondes\n1,0.5,0.25\n2,0.25,0.25\n"
    found = decode(text.encode("cp1252"))
    assert found is not None
    assert found.text == text
    assert "1252" in found.notes[0].zh


def test_a_character_cut_in_the_middle_is_left_out() -> None:
    found = decode("loss,备注\n0.5,好".encode()[:-1])
    assert found is not None
    assert found.text == "loss,备注\n0.5,"


def test_nul_bytes_of_a_crash_are_left_out() -> None:
    found = decode(b"step,loss\n1,0.5\n2,0.25\n" + b"\0" * 512)
    assert found is not None
    assert found.text == "step,loss\n1,0.5\n2,0.25\n"
    assert "512" in found.notes[0].en


@pytest.mark.parametrize(
    "data", [bytes(range(256)), b"\x89PNG\r\n\x1a\n\0\0", b"\x80\x04\x95\x01\0\0\0", b"abc\x01\x02def"]
)
def test_binary_is_not_text(data: bytes) -> None:
    assert decode(data) is None


def test_a_single_damaged_byte_does_not_cost_the_log() -> None:
    text = "".join(f"{i},{i / 7}\n" for i in range(50))
    for damaged in (b"\x01", b"\xff"):
        found = decode(text.encode()[:200] + damaged + text.encode()[200:])
        assert found is not None
        assert found.text.count("\n") == 50


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_character_does_not_change_the_encoding(encoding: str) -> None:
    data = (TABLE * 5).encode(encoding)
    place = data.index("正".encode(encoding))
    found = decode(data[:place] + b"\xff" + data[place + 1 :])
    assert found is not None
    assert found.text.startswith("轮次,训练损失")
    assert "damaged" in found.notes[0].en


def test_every_line_break_becomes_a_newline() -> None:
    found = decode(b"a,b\r\n1,2\r3,4\n")
    assert found is not None
    assert found.text == "a,b\n1,2\n3,4\n"
