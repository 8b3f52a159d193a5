"""The run beside the conversation: its plot, what it was read as, the roles of its columns."""

from __future__ import annotations

from lossclinic_kb.run import Role
from lossclinic_kb.text import Text

PLOT = Text("The run", "训练曲线")
SCALE = Text("Axis", "坐标轴")
SCALES: dict[str, Text] = {
    "auto": Text("automatic", "自动"),
    "linear": Text("linear", "线性"),
    "log": Text("log", "对数"),
}
SMOOTHING = Text("Curve", "曲线")
DRAWN: dict[str, Text] = {"raw": Text("raw", "原始"), "smooth": Text("smoothed", "平滑")}
IN_WORDS = Text("The curve in words", "用文字描述曲线")
READ_AS = Text("read as", "识别为")
RUN = Text("run", "训练")
AND_MORE = Text(" and {} more", " 等另外 {} 列")
CHOOSE_RUN = Text("Which of the runs in this log", "看这份日志里的哪一次训练")
BESIDE = Text("Lay beside it", "和它对比")
NO_OTHER = Text("none", "不对比")
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
