"""The diagnosis: causes, evidence, checks, reports."""

from __future__ import annotations

from lossclinic_kb.text import Text

CAUSES = Text("Likely causes", "可能的原因")
CURVE_SHOWS = Text("What the curve shows", "曲线上看到的")
TWINS_LONG = Text("What is known so far does not separate these.", "仅凭目前的信息，还分不开下面这几个原因。")
SEPARATED_BY = Text(" What separates them: {}.", "用来区分它们的检查：{}。")
STOP = Text(". ", "。")
"""After the title of what is explained behind it."""
FOR = Text("for", "支持")
AGAINST = Text("against", "反对")
NO_EVIDENCE = Text("Nothing speaks for or against it in particular.", "没有特别支持或反对它的依据。")
MARKED = Text("marked {} on the curve", "曲线上的标记 {}")
CHANCE = Text("{}, {}", "{}，{}")
WAS = Text("was {}", "之前 {}")
BADGE = {
    "verified": Text(
        "An experiment in the lab shows this fault, and that the fix removes it.",
        "有实验重现了这个问题，也证实了修复有效。",
    ),
    "reported": Text(
        "Documented by others; the lab cannot reproduce it.", "有公开资料可查，但实验里无法重现。"
    ),
    "folklore": Text("What practitioners say; nobody has shown it.", "从业者的经验，尚未有人证实。"),
}
VERIFIED = {
    "verified": Text("verified in the lab", "实验验证过"),
    "reported": Text("reported", "有据可查"),
    "folklore": Text("folklore", "经验之谈"),
}
FIX = Text("Fix", "修复")
CONFIRM = Text("Confirm", "确认")
TO_CONFIRM = Text("To make sure", "要想确认")
SHOW_CODE = Text("Show the code", "看代码")
CODE = Text("The code for it", "对应的代码")
COPY = Text("Copy", "复制")
SHOW_ME = Text("Show me", "看例子")
SHOWN_BY = Text(
    "Recorded in the lab: one training with this fault, and the same training without it.",
    "实验记录：同一次训练，一次带着这个问题，一次修好之后。",
)
BROKEN = Text("With the fault", "有这个问题时")
CURED = Text("Mended", "修复之后")
ABOUT = Text("The whole page", "完整说明")
OPEN_PAGE = Text("Open its page", "打开它的页面")
SOURCES = Text("Sources", "来源")
NEXT_CHECK = Text("Next check", "下一步检查")
MINUTES = Text("about {} min", "约 {} 分钟")
NOT_NOW = Text("Not now", "先不做")
CHOOSE = Text("Choose what you found …", "选择看到的结果……")
ANSWER = Text("Answer", "回答")
ANSWERED = Text("Answered", "已回答")
TAKE_BACK = Text("take back", "收回")
WAS_IT = Text("Did it turn out to be this?", "最后确认是这个原因吗？")
IT_WAS = Text("It was", "是它")
IT_WAS_NOT = Text("It was not", "不是它")
FROM_DOCUMENTS = Text("From your documents", "你的文档里写到")
REPORT = Text("Save the report", "保存报告")
REPORTS = {"md": "Markdown", "html": "HTML", "json": "JSON"}
