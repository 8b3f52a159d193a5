"""The pages beside the chat: two runs compared, faulty runs to practise on, own documents."""

from __future__ import annotations

from lossclinic_kb.text import Text

COMPARE_INTRO = Text(
    "Two runs side by side: what was set differently, what went differently, and what each diagnosis makes of it.",
    "把两次训练放在一起看：配置哪里不同，曲线哪里不同，各自的诊断是什么。",
)
RUN_LETTER = Text("The log of run {}", "训练 {} 的日志")
COMPARE = Text("Compare", "对比")
COMPARE_EXAMPLE = Text("Show an example", "看一个例子")
TWO_RUNS = Text(
    "Drop the logs of two runs first, one into each field.", "请先拖入两次训练的日志，每个框一份。"
)
SETTINGS = Text("Settings", "配置")
FIGURES = Text("Figures of the curves", "曲线数值")
DIFFERS = Text("differs", "不同")
ONLY_IN = Text("Only in {}", "只在 {} 里出现")
IN_BOTH = Text("In both", "两次都有")
LEARN_INTRO = Text(
    "Real trainings with one thing wrong, recorded in the lab. Look at the curves, guess what it is, then see.",
    "实验里真实跑出来的训练，每次只有一处问题。看看曲线，猜猜原因，再看答案。",
)
LESSON = Text("Run {}", "第 {} 次训练")
WHAT_IS_WRONG = Text("What is wrong with it?", "问题出在哪里？")
GUESSED_RIGHT = Text("Right. It is this:", "猜对了，就是：")
GUESSED_WRONG = Text("Not this time. It was:", "这次没猜对，其实是：")
TOOL_SAYS = Text("What the curve alone says", "只看曲线的诊断")
NEXT_LESSON = Text("Next run", "下一个")
DOCUMENTS_INTRO = Text(
    "Notes, runbooks, papers, notebooks (Markdown, PDF, Word, HTML, text): answers quote what in them is near to your "
    "words. They stay on this machine, can be seen by everyone who uses it, and change no probability.",
    "笔记、操作手册、论文、notebook（Markdown、PDF、Word、HTML、文本均可）：回答里会引用和你的描述相近的段落。"
    "文档只留在本机，使用这台机器的人都能看到，不影响任何概率。",
)
ADD_DOCUMENTS = Text("Add documents", "添加文档")
NO_DOCUMENTS = Text("There are no documents yet.", "还没有文档。")
DOCUMENT_COLUMNS = (
    Text("Document", "文档"),
    Text("Format", "格式"),
    Text("Passages", "段落"),
    Text("Collection", "文档集"),
    Text("Action", "操作"),
)
