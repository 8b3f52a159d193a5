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
SEARCH = Text("Search causes, symptoms, checks, guides and terms", "搜索原因、症状、检查、专题和术语")
SHOW_KIND = Text("Show", "显示")
KINDS: dict[str, Text] = {
    "": Text("everything", "全部"),
    "cause": Text("causes", "原因"),
    "symptom": Text("symptoms", "症状"),
    "check": Text("checks", "检查"),
    "guide": Text("guides", "专题"),
    "term": Text("terms", "术语"),
}
KIND_OF: dict[str, Text] = {
    "cause": Text("cause", "原因"),
    "symptom": Text("symptom", "症状"),
    "check": Text("check", "检查"),
    "guide": Text("guide", "专题"),
    "term": Text("term", "术语"),
}
NOTHING_FOUND = Text(
    "Nothing here is about “{}”. Try another word for it, or describe what you see on the first page.",
    "没有找到和“{}”有关的内容。换个说法试试，或者到第一页描述你看到的现象。",
)
FOUND = Text("{} found", "找到 {} 条")
BACK = Text("Back to the list", "返回列表")
TWIN_CAUSES = Text("Often taken for each other", "容易互相混淆")
RELATED = Text("See also", "另见")
SHOWS_AS = Text("What its curve shows", "曲线上会出现的症状")
SHOWN_WITH = Text("Causes that show it", "会出现它的原因")
TOLD_BY = Text("Checks that tell it apart", "能把它区分出来的检查")
OUTCOME = Text("Answer", "回答")
SPEAKS_FOR = Text("Usual with", "常见于")
NAMES = Text("Also called", "也叫")
HELPS_WITH = Text("Causes that it explains", "相关原因")
ENGLISH_ONLY = Text("", "（这一页的细则只有英文。）")
OFTEN: dict[str, Text] = {
    "always": Text("always", "总是"),
    "often": Text("often", "经常"),
    "sometimes": Text("sometimes", "有时"),
    "rarely": Text("rarely", "很少"),
    "never": Text("never", "从不"),
}
NO_SUCH_PAGE = Text("There is no page “{}”. Search for it above.", "没有“{}”这一页，可以在上面搜索。")
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
DIFFERS = Text("differs", "不同")
SETTINGS = Text("Settings", "配置")
FIGURES = Text("Figures of the curves", "曲线数值")
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
    "Notes, runbooks, papers, notebooks: answers quote what in them is near to your words. They stay on this machine, "
    "can be seen by everyone who uses it, and change no probability.",
    "笔记、操作手册、论文、notebook：回答里会引用和你的描述相近的段落。文档只留在本机，使用这台机器的人都能看到，不影响任何概率。",
)
ADD_DOCUMENTS = Text(
    "Add documents (Markdown, PDF, Word, HTML, text, notebooks)",
    "添加文档（Markdown、PDF、Word、HTML、文本、notebook）",
)
NO_DOCUMENTS = Text("There are no documents yet.", "还没有文档。")
DOCUMENT_COLUMNS = (
    Text("Document", "文档"),
    Text("Format", "格式"),
    Text("Passages", "段落"),
    Text("Collection", "文档集"),
    Text("Action", "操作"),
)
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
FROM_DOCUMENTS = Text("From your documents", "你的文档里写到")
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
TAKEN_BACK = Text("{}: taken back", "{}：收回")
NOT_NOW = Text("Not now", "先不做")
PUT_OFF = Text("{}: not now", "{}：先不做")
COPY = Text("Copy", "复制")
COPIED = Text("Copied", "已复制")
SHOW_ME = Text("Show me", "看例子")
BROKEN = Text("With the fault", "有这个问题时")
CURED = Text("Mended", "修复之后")
SHOWN_BY = Text(
    "Recorded in the lab: one training with this fault, and the same training without it.",
    "实验记录：同一次训练，一次带着这个问题，一次修好之后。",
)
ABOUT = Text("The whole page", "完整说明")
OPEN_PAGE = Text("Open its page", "打开它的页面")
WHY = Text("Why", "依据")
NO_EVIDENCE = Text("Nothing speaks for or against it in particular.", "没有特别支持或反对它的依据。")
WAS = Text("was {}", "之前 {}")
SEPARATED_BY = Text("What separates them: {}", "用来区分它们的检查：{}")
MARKED = Text("marked {} on the curve", "曲线上的标记 {}")
WAS_IT = Text("Did it turn out to be this?", "最后确认是这个原因吗？")
IT_WAS = Text("It was", "是它")
IT_WAS_NOT = Text("It was not", "不是它")
NOTED = Text("Noted on this machine. Thank you.", "已记在本机，谢谢。")
SITUATION = Text("What is known of the case", "目前了解到的情况")
ADD_FACT = Text("Add", "添加")
ADD_A_FACT = Text("+ add what you know", "+ 补充已知信息")
SAVE = Text("Save", "保存")
REMOVE = Text("Remove", "移除")
VALUE = Text("Value", "取值")
KIND = Text("What", "项目")
SAID = Text("In your words", "你的描述")
DROPPED = Text("{} taken out", "{}：已移除")
SMOOTHING = Text("Curve", "曲线")
SCALE = Text("Axis", "坐标轴")
SCALES: dict[str, Text] = {
    "auto": Text("automatic", "自动"),
    "linear": Text("linear", "线性"),
    "log": Text("log", "对数"),
}
DRAWN: dict[str, Text] = {"raw": Text("raw", "原始"), "smooth": Text("smoothed", "平滑")}
IN_WORDS = Text("The curve in words", "用文字描述曲线")
RETRY = Text("Retry", "重试")
REPORTS = {"md": "Markdown", "html": "HTML", "json": "JSON"}
REPORT = Text("Save the report", "保存报告")
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
BUSY = Text("Looking", "正在查看")
CODE = Text("The code for it", "对应的代码")
TWINS_LONG = Text("What is known so far does not separate these.", "仅凭目前的信息，还分不开下面这几个原因。")
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
