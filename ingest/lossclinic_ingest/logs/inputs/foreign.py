"""Files that people drop by mistake, told by their first bytes, with what to give instead."""

from __future__ import annotations

from lossclinic_kb.text import Text

_EXPORT = Text("export the run as CSV and give that", "请把这次训练导出成 CSV 再给我")
_CURVE = Text(
    "a picture has no exact values: give the log behind it", "图片里没有精确数值：请给画图用的日志文件"
)
_UNPACK = Text("unpack it and give the log inside", "请解压后给里面的日志文件")
_WEIGHTS = Text(
    "weights hold no loss: give the log that was written beside them",
    "权重里没有损失：请给同时写下的训练日志",
)

_KINDS: tuple[tuple[bytes, Text, Text], ...] = (
    (b"\x89PNG", Text("a PNG picture", "PNG 图片"), _CURVE),
    (b"\xff\xd8\xff", Text("a JPEG picture", "JPEG 图片"), _CURVE),
    (b"GIF8", Text("a GIF picture", "GIF 图片"), _CURVE),
    (b"BM", Text("a BMP picture", "BMP 图片"), _CURVE),
    (b"%PDF", Text("a PDF document", "PDF 文档"), _CURVE),
    (b"\x1f\x8b", Text("a gzip archive", "gzip 压缩包"), _UNPACK),
    (b"7z\xbc\xaf", Text("a 7z archive", "7z 压缩包"), _UNPACK),
    (b"Rar!", Text("a RAR archive", "RAR 压缩包"), _UNPACK),
    (b"\x93NUMPY", Text("a NumPy array", "NumPy 数组文件"), _EXPORT),
    (b"\x89HDF", Text("an HDF5 file", "HDF5 文件"), _WEIGHTS),
    (b"PAR1", Text("a Parquet file", "Parquet 文件"), Text("read it with pandas and give the DataFrame", "请用 pandas 读成 DataFrame 再给我")),
    (b"SQLite format 3", Text("an SQLite database", "SQLite 数据库"), _EXPORT),
    (b":W&B", Text("a W&B run file", "W&B 的 run 文件"), Text("sync it with `wandb sync` and export the chart as CSV", "请先 `wandb sync`，再从网页把图导出为 CSV")),
    (b"\x80\x02", Text("a Python pickle", "Python pickle 文件"), _WEIGHTS),
    (b"\x80\x03", Text("a Python pickle", "Python pickle 文件"), _WEIGHTS),
    (b"\x80\x04", Text("a Python pickle", "Python pickle 文件"), _WEIGHTS),
    (b"\x80\x05", Text("a Python pickle", "Python pickle 文件"), _WEIGHTS),
)  # fmt: skip
_ZIPPED = (
    (b"xl/", Text("an Excel workbook", "Excel 工作簿"), Text("save the sheet as CSV and give that", "请另存为 CSV 再给我")),
    (b"data.pkl", Text("a PyTorch checkpoint", "PyTorch 检查点"), _WEIGHTS),
    (b".npy", Text("a NumPy archive", "NumPy 压缩包"), _EXPORT),
)  # fmt: skip


def kind_of_file(data: bytes) -> tuple[Text, Text]:
    """Return what `data` is, and what to give instead of it."""
    for magic, kind, advice in _KINDS:
        if data.startswith(magic):
            return kind, advice
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Text("a WebP picture", "WebP 图片"), _CURVE
    if data.startswith(b"PK\x03\x04"):
        for inside, kind, advice in _ZIPPED:
            if _holds_name(data, inside):
                return kind, advice
        return Text("a zip archive", "zip 压缩包"), _UNPACK
    if b'"__metadata__"' in data[:4096] or b'"dtype":"' in data[:4096]:
        return Text("a safetensors file", "safetensors 权重文件"), _WEIGHTS
    return (
        Text("a binary file, not a text log", "二进制文件，不是文本日志"),
        Text("give a CSV, TSV or JSON log", "请给 CSV、TSV 或 JSON 日志"),
    )


def names_a_kind(data: bytes) -> bool:
    """Whether a zip, even a damaged one, names a file by which its kind is known."""
    return any(_holds_name(data, inside) for inside, _, _ in _ZIPPED)


def _holds_name(data: bytes, name: bytes) -> bool:
    return name in data[:4096] or name in data[-65536:]  # names stand in the first entries or in the index
