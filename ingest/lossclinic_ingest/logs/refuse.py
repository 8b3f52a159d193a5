"""Why a log cannot be read: one line each, what it is, where, and what to do."""

from __future__ import annotations

from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.text import Text

ASK = Text(
    "give a table with one column per quantity (CSV, TSV) or the trainer's own log",
    "请给每个量一列的表格（CSV、TSV），或训练框架自己写的日志",
)


def unreadable(where: str, problem: Text, advice: Text = ASK) -> UnreadableLog:
    """Return the error that says `problem` of the source called `where`, and `advice`."""
    return UnreadableLog(Text(f"{where}: {problem.en}; {advice.en}", f"{where}：{problem.zh}；{advice.zh}"))


def no_such_file(path: str) -> UnreadableLog:
    """Return the error for a path that does not exist."""
    shown = path if len(path) <= 80 else path[:77] + "..."
    return unreadable(
        repr(shown),
        Text("no such file", "没有这个文件"),
        Text(
            "check the path, or paste the log with its line breaks", "请检查路径，或连同换行一起粘贴日志内容"
        ),
    )


def folder(path: str, inside: list[str]) -> UnreadableLog:
    """Return the error for a folder, naming logs that lie in it."""
    names = ", ".join(inside)
    advice = (
        Text(f"name one of the files in it: {names}", f"请指定里面的文件：{names}")
        if inside
        else Text("name the log file in it", "请指定里面的日志文件")
    )
    return unreadable(path, Text("this is a folder, not a log", "这是文件夹，不是日志文件"), advice)


def not_readable(where: str, error: Exception) -> UnreadableLog:
    """Return the error for a file that the system would not hand over."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return unreadable(
        where,
        Text(f"cannot be opened ({said})", f"打不开（{said}）"),
        Text("check that it may be read and is not in use", "请检查读取权限以及是否被占用"),
    )


def empty(where: str) -> UnreadableLog:
    """Return the error for a source without content."""
    return unreadable(
        where,
        Text("it is empty", "内容是空的"),
        Text("many loggers write only at the end of an epoch or at exit: wait, or flush the logger", "很多日志要到一轮结束或程序退出才落盘：请等一等，或让日志及时写盘"),
    )  # fmt: skip


def too_big(where: str, limit: int) -> UnreadableLog:
    """Return the error for a source of more than `limit` bytes."""
    size = f"{limit / 1e6:.0f} MB"
    return unreadable(
        where,
        Text(f"it is larger than {size}", f"超过 {size}"),
        Text("log less often, or give every n-th row", "请降低记录频率，或每隔 n 行取一行再给我"),
    )


def too_many_cells(where: str, cells: int, columns: int) -> UnreadableLog:
    """Return the error for a table that would not fit into memory."""
    return unreadable(
        where,
        Text(
            f"it has more than {columns} columns or {cells / 1e6:.0f} million cells",
            f"超过 {columns} 列或 {cells / 1e6:.0f} 百万个单元格",
        ),
        Text(
            "keep the columns of losses, rates and norms, or give every n-th row",
            "请只留损失、学习率、梯度范数等列，或每隔 n 行取一行再给我",
        ),
    )


def only_words(where: str) -> UnreadableLog:
    """Return the error for text without numbers."""
    return unreadable(where, Text("there are no numbers to follow over training", "里面没有随训练变化的数值"))


def one_row(where: str) -> UnreadableLog:
    """Return the error for a log of a single entry."""
    return unreadable(
        where,
        Text("only one row of values, and a curve needs two", "只有一行数值，画不成曲线"),
        Text("let the training run on, or log more often", "请让训练多跑一会儿，或提高记录频率"),
    )


def unknown(where: str, readers: list[Text]) -> UnreadableLog:
    """Return the error for text that no reader recognises."""
    en = ", ".join(title.en for title in readers)
    zh = "、".join(title.zh for title in readers)
    return unreadable(
        where, Text(f"this text is in none of the known layouts ({en})", f"不是已知的日志格式（{zh}）")
    )
