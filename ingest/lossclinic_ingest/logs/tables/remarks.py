"""What readers say of their decisions, in both languages. No decision is taken here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.layout import RUNS_OF_BLANKS, WIDE_BLANKS, Layout
from lossclinic_kb.run import IntArray, Run
from lossclinic_kb.text import Text

_SEPARATORS = {
    "\t": ("tabs", "制表符"),
    ";": ("semicolons", "分号"),
    "|": ("bars", "竖线"),
    "，": ("full-width commas", "全角逗号"),
    WIDE_BLANKS: ("blanks", "空格"),
    RUNS_OF_BLANKS: ("blanks", "空格"),
}
CUT_ROW = Text("the last line is incomplete and was left out", "最后一行不完整，已去掉")
EPOCH_MEANS = Text(
    "the training loss is the mean over each epoch, the validation loss is taken at its end: "
    "training lags by half an epoch, and validation below it early on is normal",
    "训练损失是整轮的平均，验证损失在轮末测得：训练曲线滞后半轮，前期验证损失更低属正常现象",
)


_UNUSUAL: tuple[tuple[Callable[[Cells], object], str, str], ...] = (
    (lambda c: c.comma == "decimal", "decimal commas in {}", "{} 里的逗号是小数点"),
    (lambda c: c.comma == "thousands", "commas in {} group thousands", "{} 里的逗号是千位分隔符"),
    (
        lambda c: c.comma == "maybe decimal",
        "commas in {} were read as decimal ones; they could also group thousands",
        "{} 里的逗号按小数点读取，但也可能是千位分隔符",
    ),
    (
        lambda c: c.comma == "maybe thousands",
        "commas in {} were read as grouping thousands; they could also be decimal ones",
        "{} 里的逗号按千位分隔符读取，但也可能是小数点",
    ),
    (lambda c: c.percent, "percentages in {} were divided by 100", "{} 里的百分数已除以 100"),
    (
        lambda c: c.unwrapped,
        "printed tensors in {} were read as their value",
        "{} 里打印出来的张量按其数值读取",
    ),
    (lambda c: c.unit, "units were taken off: {}", "去掉了单位：{}"),
)


def listed(names: Sequence[str], most: int = 6) -> Text:
    """Return names for a sentence, cut after `most`."""
    more = len(names) - most
    return Text(
        ", ".join(names[:most]) + (f" and {more} more" if more > 0 else ""),
        "、".join(names[:most]) + (f" 等 {len(names)} 列" if more > 0 else ""),
    )


def of_layout(layout: Layout, pairs: bool) -> tuple[Text, ...]:
    """Say how the text was cut into cells, where that is not plain commas under a header."""
    notes = []
    if layout.separator in _SEPARATORS:
        en, zh = _SEPARATORS[layout.separator]
        notes.append(Text(f"cells are separated by {en}", f"各列用{zh}分隔"))
    elif layout.separator != ",":
        notes.append(
            Text(f"cells are separated by {layout.separator!r}", f"各列用 {layout.separator!r} 分隔")
        )
    if layout.header is None:
        notes.append(
            Text(
                "there is no header; columns are called column_1, column_2, ...",
                "没有表头，各列记为 column_1、column_2……",
            )
        )
    elif len(set(layout.header)) < len(layout.header):
        notes.append(Text("columns of the same name were numbered", "同名的列已加上编号"))
    if layout.ignored:
        s = "s" * (layout.ignored > 1)
        notes.append(
            Text(f"{layout.ignored} line{s} before the table left out", f"表格前的 {layout.ignored} 行已忽略")
        )
    if pairs:
        notes.append(
            Text(
                "decimal commas had cut the numbers in two; they were joined again",
                "小数逗号把数字切成了两半，已重新拼合",
            )
        )
    return tuple(notes)


def of_headers(headers: Sequence[tuple[str, ...]]) -> tuple[Text, ...]:
    """Say that the header was written again in the middle."""
    if len(headers) == 1:
        return ()
    again = len(headers) - 1
    en = f"the header is written again {again} time{'s' * (again > 1)}: the log was appended to"
    zh = f"表头重复出现 {again} 次：日志是追加写入的"
    if len(set(headers)) > 1:
        en, zh = f"{en}, with other columns", f"{zh}，而且列有变化"
    return (Text(en, zh),)


def of_excess(excess: IntArray) -> tuple[Text, ...]:
    """Say that rows are shorter or longer than the header."""
    notes = []
    short, long = int(np.count_nonzero(excess < 0)), int(np.count_nonzero(excess > 0))
    if short:
        s = "s have" if short > 1 else " has"
        notes.append(
            Text(f"{short} row{s} fewer cells than the header; what is not there counts as not logged",
                 f"有 {short} 行比表头短，缺的按未记录处理")
        )  # fmt: skip
    if long:
        s = "s have" if long > 1 else " has"
        notes.append(
            Text(f"{long} row{s} more cells than the header; the columns beyond it have no name",
                 f"有 {long} 行比表头长，多出的列没有名字")
        )  # fmt: skip
    return tuple(notes)


def of_rows_of_words(count: int) -> Text:
    """Say that rows without any number were left out."""
    s = "s" * (count > 1)
    return Text(f"{count} line{s} of words between the rows left out", f"表格中夹着的 {count} 行文字已忽略")


def of_cells(columns: Sequence[tuple[str, Cells]]) -> tuple[Text, ...]:
    """Say how unusual cells were read, one note for each kind; `columns` holds name and cells of each."""
    notes = []
    for holds, en, zh in _UNUSUAL:
        found = [f"{name} ({cells.unit})" if cells.unit else name for name, cells in columns if holds(cells)]
        if found:
            shown = listed(found)
            notes.append(Text(en.format(shown.en), zh.format(shown.zh)))
    for name, cells in columns:
        count = int(np.count_nonzero(cells.words))
        if count:
            s, example = "s" * (count > 1), repr(cells.example[:20])
            notes.append(
                Text(
                    f"{count} cell{s} of {name} with words ({example}) count{'s' * (count == 1)} as not logged",
                    f"{name} 有 {count} 个单元格是文字（{example}），按未记录处理",
                )
            )
    return tuple(notes)


def of_ignored(names: Sequence[str]) -> tuple[Text, ...]:
    """Say which columns hold no numbers."""
    if not names:
        return ()
    shown = listed(names)
    return (Text(f"left out, no numbers in them: {shown.en}", f"已忽略（没有数值）：{shown.zh}"),)


def of_empty(names: Sequence[str]) -> tuple[Text, ...]:
    """Say which columns were never filled."""
    if not names:
        return ()
    shown = listed(names)
    return (Text(f"never logged: {shown.en}", f"从未记录过：{shown.zh}"),)


def of_gaps(name: str, zh: str, count: int) -> Text:
    """Say that rows without a position were placed between their neighbours."""
    s = "s" * (count > 1)
    return Text(
        f"{count} row{s} without {name} placed between the neighbouring ones",
        f"有 {count} 行没有{zh}，按前后两行估计位置",
    )


def of_epoch_means(run: Run) -> tuple[Text, ...]:
    """Say, of a run whose training loss is a mean over each epoch, how it compares with the validation loss."""
    both = all(any(len(one.logged) for one in run.all(role)) for role in ("train_loss", "val_loss"))
    return (EPOCH_MEANS,) if both else ()


def of_cut_epochs(epochs: Sequence[float]) -> tuple[Text, ...]:
    """Say which epochs were not printed to their end: what their bars show last are running means."""
    if not epochs:
        return ()
    shown = ", ".join(f"{epoch:.0f}" for epoch in epochs[:4]) + (", ..." if len(epochs) > 4 else "")
    s = "s" * (len(epochs) > 1)
    return (
        Text(
            f"epoch{s} {shown} not printed to the end; the running means of the bar were left out",
            f"第 {shown} 轮没有打印完，进度条上的累计平均值已去掉",
        ),
    )
