"""The facts of a case, and the chips that show them."""

from __future__ import annotations

from lossclinic_kb.text import Text

SITUATION = Text("What is known of the case", "目前了解到的情况")
ADD_A_FACT = Text("+ add what you know", "+ 补充已知信息")
ADD_FACT = Text("Add", "添加")
SAVE = Text("Save", "保存")
REMOVE = Text("Remove", "移除")
KIND = Text("What", "项目")
VALUE = Text("Value", "取值")
FACT: dict[str, Text] = {
    "optimizer": Text("optimizer", "优化器"),
    "lr": Text("learning rate", "学习率"),
    "momentum": Text("momentum", "动量"),
    "weight_decay": Text("weight decay", "权重衰减"),
    "adam_epsilon": Text("Adam epsilon", "Adam epsilon"),
    "batch_size": Text("batch size", "批大小"),
    "batch": Text("batch", "批的大小"),
    "epochs": Text("epochs", "epoch 数"),
    "classes": Text("classes", "类别数"),
    "dropout": Text("dropout", "dropout"),
    "warmup_steps": Text("warm-up steps", "预热步数"),
    "grad_clip": Text("gradient clipping", "梯度裁剪"),
    "label_smoothing": Text("label smoothing", "标签平滑"),
    "amp": Text("mixed precision", "混合精度"),
    "shuffle": Text("shuffling", "打乱数据"),
    "normalized": Text("normalised inputs", "输入已归一化"),
    "pretrained": Text("pre-trained", "预训练"),
    "framework": Text("framework", "框架"),
    "task": Text("task", "任务"),
    "loss": Text("loss", "损失函数"),
    "activation": Text("activation", "激活函数"),
    "schedule": Text("schedule", "学习率调度"),
    "model": Text("model", "模型"),
}
"""Facts of a case, as people call them; one that is not here is shown under its own name."""
YES_NO = {True: Text("yes", "是"), False: Text("no", "否")}
