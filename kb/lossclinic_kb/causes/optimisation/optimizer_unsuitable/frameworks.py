"""AdamW, with weight decay on matrices only, in three frameworks."""

from __future__ import annotations


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder))
        _keras()
        _paddle()


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, trained

    others = dict(QUIET)
    # snippet: fix_hf | hf | The Trainer leaves biases and norms out of the decay by itself | Trainer 自己会把偏置和归一化层排除在衰减之外
    from transformers import TrainingArguments

    arguments = TrainingArguments(
        folder,
        optim="adamw_torch",  # also "sgd", "adafactor", "adamw_8bit", ...
        learning_rate=1e-4,
        weight_decay=0.01,  # the default is 0
        **others,
    )
    # end snippet
    groups = trained(arguments).optimizer.param_groups
    assert [(len(group["params"]), group["weight_decay"]) for group in groups] == [(1, 0.01), (1, 0.0)]


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points, weights

    model, loss_fn = linear(), choice()
    # snippet: fix_keras | keras | Its default decay of 0.004 takes in every weight | 默认 0.004 的衰减作用在所有权重上
    import keras

    optimizer = keras.optimizers.AdamW(1e-3, weight_decay=0.01)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])  # before the first step
    model.compile(optimizer, loss_fn)
    # end snippet
    inputs, targets = points()
    model.layers[0].bias.assign([5.0, 5.0, 5.0])
    optimizer.learning_rate = 1.0
    start = weights(model)
    model.fit(0 * inputs, targets, batch_size=16, verbose=0)  # only the decay moves the kernel
    moved = weights(model) / start
    assert abs(moved[:12] - 0.99).max() < 1e-5
    assert abs(abs(weights(model)[12:] - 5.0) - 1.0).max() < 1e-3  # a step of Adam, no decay


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle, points

    paddle.seed(0)
    model = paddle.nn.Sequential(paddle.nn.Linear(4, 4), paddle.nn.LayerNorm(4), paddle.nn.Linear(4, 3))
    # snippet: fix_paddle | paddle | Name what decays; the default 0.01 takes in everything | 指明哪些参数衰减，默认 0.01 作用在全部参数上
    matrices = {p.name for p in model.parameters() if p.ndim > 1}
    optimizer = paddle.optimizer.AdamW(
        1e-3,
        parameters=model.parameters(),
        weight_decay=0.01,
        apply_decay_param_fun=lambda name: name in matrices,
    )
    # end snippet
    optimizer.set_lr(1.0)
    norm = model[1].weight
    before = [model[2].weight.numpy(), norm.numpy()]
    (0.0 * model(points()[0]).sum()).backward()
    optimizer.step()
    assert abs(model[2].weight.numpy() - 0.99 * before[0]).max() < 1e-6
    assert (norm.numpy() == before[1]).all()
