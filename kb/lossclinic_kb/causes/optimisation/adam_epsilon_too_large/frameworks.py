"""Adam's epsilon by its names in three frameworks."""

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
    # snippet: fix_hf | hf | It is called adam_epsilon | 参数名叫 adam_epsilon
    from transformers import TrainingArguments

    arguments = TrainingArguments(folder, adam_epsilon=1e-8, **others)  # the default
    # end snippet
    assert trained(arguments).optimizer.param_groups[0]["eps"] == TrainingArguments(folder).adam_epsilon


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import choice, linear, points, weights

    model, loss_fn = linear(), choice()
    # snippet: fix_keras | keras | It is called epsilon | 参数名叫 epsilon
    import keras

    model.compile(keras.optimizers.Adam(1e-3, epsilon=1e-7), loss_fn)  # the default
    # end snippet
    assert float(keras.optimizers.Adam().epsilon) == 1e-7
    before = weights(model)
    model.fit(*points(), batch_size=16, verbose=0)
    assert abs(abs(weights(model) - before) - 1e-3).max() < 1e-5  # a first step is the rate


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points, weights

    model = linear()
    # snippet: fix_paddle | paddle | It is called epsilon | 参数名叫 epsilon
    optimizer = paddle.optimizer.Adam(1e-3, epsilon=1e-8, parameters=model.parameters())  # the default
    # end snippet
    inputs, targets = points()
    before = weights(model)
    paddle.nn.functional.cross_entropy(model(inputs), targets).backward()
    optimizer.step()
    assert abs(abs(weights(model) - before) - 1e-3).max() < 1e-5
