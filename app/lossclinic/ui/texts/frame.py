"""The page around all pages: title, tabs, keys."""

from __future__ import annotations

from lossclinic_kb.text import Text

TITLE = Text("Lossclinic", "训练诊所")
TAGLINE = Text(
    "Say what your training does, drop its log, or both. Nothing leaves this machine.",
    "说说训练出了什么状况，或者把日志拖进来，两样一起也行。所有数据都留在本机。",
)
TAGLINE_WITH_MODEL = Text(
    "Say what your training does, drop its log, or both. Nothing leaves this machine before you have seen it and agreed.",
    "说说训练出了什么状况，或者把日志拖进来，两样一起也行。除非你看过并同意发送，所有数据都留在本机。",
)
"""Where a language model is at hand."""
LANGUAGE = Text("Language", "语言")
THEME = Text("Light or dark", "浅色或深色")
PAGES: dict[str, Text] = {
    "chat": Text("Diagnose", "诊断"),
    "knowledge": Text("Knowledge", "知识库"),
    "compare": Text("Compare", "对比"),
    "learn": Text("Learn", "练习"),
    "documents": Text("Your documents", "你的文档"),
}
"""The pages, by the name that their address gives them."""
KEYS = Text(
    "<kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> breaks the line, <kbd>Alt</kbd> <kbd>N</kbd> new case, "
    "<kbd>/</kbd> search",
    "<kbd>Enter</kbd> 发送，<kbd>Shift</kbd> <kbd>Enter</kbd> 换行，<kbd>Alt</kbd> <kbd>N</kbd> 新病例，<kbd>/</kbd> 搜索",
)
