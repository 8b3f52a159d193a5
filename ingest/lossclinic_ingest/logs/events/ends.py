"""What is said of a binary log that does not end as it should."""

from __future__ import annotations

from lossclinic_kb.text import Text

CUT = Text(
    "the last record is incomplete: the file was still being written", "最后一条记录不完整：文件还在写入"
)


def of_damage(place: int) -> Text:
    """Say from which byte on a file could not be read."""
    return Text(
        f"the file is damaged from byte {place} on; what comes before was read",
        f"文件从第 {place} 字节起损坏，只读取了前面的部分",
    )
