"""Every string of the interface, in both languages; reports use those that they share with it."""

from __future__ import annotations

from lossclinic_kb.run import Role
from lossclinic_kb.text import Text

TITLE = Text("Lossclinic", "训练诊所")
TAGLINE = Text(
    "Say what your training does, drop its log, or both. Nothing leaves this machine.",
    "说说训练出了什么状况，或者把日志拖进来，两样一起也行。所有数据都留在本机。",
)
LANGUAGE = Text("Language", "语言")
CONVERSATION = Text("Conversation", "对话")
WELCOME = Text(
    "What is wrong with the run? Describe it, paste the log, or drop its files: CSV, JSON, TensorBoard events, console "
    "output, a zip of the log folder.",
    "训练哪里不对劲？描述一下、粘贴日志，或者拖入文件：CSV、JSON、TensorBoard 事件文件、终端输出、日志目录的 zip。",
)
COMPOSER = Text("Describe what you see, paste a log, or drop its files", "描述现象、粘贴日志，或拖入日志文件")
EXAMPLES = Text("Try one", "试一个")
UNDO = Text("Undo", "撤销")
NEW_CASE = Text("New case", "新的病例")
EMPTY = Text(
    "The diagnosis appears here: the curve with what stands out on it, ranked causes with evidence and code, and the "
    "cheapest check that settles the rest.",
    "诊断会显示在这里：标出异常的曲线、按可能性排序的原因（附依据和代码），以及最省事的下一步检查。",
)
PLOT = Text("The run", "训练曲线")
READ_AS = Text("read as", "识别为")
RUN = Text("run", "训练")
AND_MORE = Text(" and {} more", " 等另外 {} 列")
CHOOSE_RUN = Text("Which of the runs in this log", "看这份日志里的哪一次训练")
CORRECT = Text("A column was misread? Correct its role", "某一列认错了？改一下它的角色")
COLUMN = Text("Column", "列")
COUNTS_AS = Text("counts as", "当作")
ROLE: dict[Role, Text] = {
    "train_loss": Text("training loss", "训练损失"),
    "val_loss": Text("validation loss", "验证损失"),
    "train_acc": Text("training accuracy", "训练准确率"),
    "val_acc": Text("validation accuracy", "验证准确率"),
    "lr": Text("learning rate", "学习率"),
    "grad_norm": Text("gradient norm", "梯度范数"),
    "loss_scale": Text("loss scale", "损失缩放"),
    "other": Text("other", "其他"),
}
CURVE_SHOWS = Text("What the curve shows", "曲线上看到的")
CAUSES = Text("Likely causes", "可能的原因")
TWINS = Text("Not yet separated:", "目前还分不开：")
FOR = Text("for", "支持")
AGAINST = Text("against", "反对")
CONFIRM = Text("Confirm", "确认")
FIX = Text("Fix", "修复")
PAGE = Text(
    "The whole page: what happens, how to confirm, look-alikes", "完整说明：现象、确认方法、容易混淆的情况"
)
SOURCES = Text("Sources", "来源")
NEXT_CHECK = Text("Next check", "下一步检查")
MINUTES = Text("about {} min", "约 {} 分钟")
ANSWERED = Text("Answered", "已回答")
TAKE_BACK = Text("take back", "收回")
BUSY = Text("Looking", "正在查看")
VERIFIED = {
    "verified": Text("verified in the lab", "实验验证过"),
    "reported": Text("reported", "有据可查"),
    "folklore": Text("folklore", "经验之谈"),
}

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
