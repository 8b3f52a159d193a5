"""The conversation: the box, what one can try, what is kept, what a deed is called."""

from __future__ import annotations

from lossclinic_kb.text import Text

CONVERSATION = Text("Conversation", "对话")
WELCOME = Text(
    "What is wrong with the run? Describe it, paste the log, or drop its files: CSV, JSON, TensorBoard events, console "
    "output, a zip of the log folder.",
    "训练哪里不对劲？描述一下、粘贴日志，或者拖入文件：CSV、JSON、TensorBoard 事件文件、终端输出、日志目录的 zip。",
)
COMPOSER = Text("Describe what you see, paste a log, or drop its files", "描述现象、粘贴日志，或拖入日志文件")
EMPTY = Text(
    "The diagnosis appears here: the curve with what stands out on it, ranked causes with evidence and code, and the "
    "cheapest check that settles the rest.",
    "诊断会显示在这里：标出异常的曲线、按可能性排序的原因（附依据和代码），以及最省事的下一步检查。",
)
EXAMPLES = Text("Try one", "试一个")
QUESTIONS = (
    Text(
        "The loss jumps around wildly and then turns into NaN within the first epoch",
        "loss 剧烈震荡，第一个 epoch 里就变成了 NaN",
    ),
    Text(
        "Validation loss climbs from epoch 5 while train loss keeps falling",
        "验证 loss 从第 5 个 epoch 开始上升，训练 loss 还在降",
    ),
    Text(
        "Accuracy is 97 % but the loss will not go below 1.46 with 10 classes",
        "10 分类，准确率 97%，loss 却一直降不到 1.46 以下",
    ),
)
"""Questions of the empty state."""
BUSY = Text("Looking", "正在查看")
UNDO = Text("Undo", "撤销")
NEW_CASE = Text("New case", "新的病例")
TAKEN_BACK = Text("{}: taken back", "{}：收回")
PUT_OFF = Text("{}: not now", "{}：先不做")
DROPPED = Text("{} taken out", "{}：已移除")
SHELF: dict[str, Text] = {
    "title": Text("Kept conversations", "保存的对话"),
    "note": Text("Kept by this browser alone.", "只保存在这个浏览器里。"),
    "rename": Text("Rename", "重命名"),
    "export": Text("Export", "导出"),
    "delete": Text("Delete", "删除"),
    "import": Text("Open a file", "打开文件"),
    "feedback": Text("Export my feedback", "导出我的反馈"),
}
NO_FEEDBACK = Text(
    "There is no feedback yet. Under each cause you can say whether it was the one.",
    "还没有反馈。每个原因下面都可以标注是不是它。",
)
NOTED = Text("Noted on this machine. Thank you.", "已记在本机，谢谢。")
