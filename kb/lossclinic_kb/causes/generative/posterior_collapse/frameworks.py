"""A weight of the divergence that rises, in Keras."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _keras()


def _keras() -> None:
    from lossclinic_kb.lab.tiny.keras import keras, points

    inputs, _ = points(64)
    warmup_steps, found = 8, []

    # snippet: fix_keras | keras | beta as a variable: a plain number is fixed when the step is compiled | beta 要用变量，普通数字编译后就不变了
    beta = keras.Variable(0.0, trainable=False)  # in the loss: nats + beta * divergence
    warmup = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda *_, **__: beta.assign(min(1.0, float(beta) + 1.0 / warmup_steps))
    )
    # end snippet

    class Code(keras.layers.Layer):  # type: ignore[misc]
        def call(self, mean: Any, log_variance: Any) -> Any:
            squares = keras.ops.square(mean) + keras.ops.exp(log_variance) - 1.0 - log_variance
            self.add_loss(beta * 0.5 * keras.ops.sum(keras.ops.mean(squares, axis=0)))
            return mean + keras.ops.exp(0.5 * log_variance) * keras.random.normal(keras.ops.shape(mean))

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            found.append(float(beta))

    given = keras.Input((4,))
    mean, log_variance = keras.layers.Dense(2)(given), keras.layers.Dense(2)(given)
    model = keras.Model(given, keras.layers.Dense(4)(Code()(mean, log_variance)))
    model.compile("adam", "mse")
    model.fit(inputs, inputs, batch_size=8, epochs=2, verbose=0, callbacks=[warmup, Watch()])
    assert found[:3] == [0.125, 0.25, 0.375]
    assert found[-1] == 1.0
    model(inputs)
    assert float(sum(model.losses)) > 0.0
    beta.assign(0.0)
    model(inputs)
    assert float(sum(model.losses)) == 0.0
