"""Single operations. Each function prepares its tensors and returns what is to be timed."""

import torch


def matmul(m, n, k, transposeA=False, transposeB=False):
    # The same numbers as bench/suites/matmul.ts, so that the results can be compared.
    a = ramp(k, m).t() if transposeA else ramp(m, k)
    b = ramp(n, k).t() if transposeB else ramp(k, n)
    return lambda: a @ b


def ramp(rows, columns):
    return ((torch.arange(rows * columns) * 37 % 101).float() / 101 - 0.5).reshape(rows, columns)


def unary(name, size):
    x = torch.linspace(-8, 8, size)
    if name == "log":
        x = x.abs() + 0.1
    function = {
        "exp": torch.exp,
        "log": torch.log,
        "sigmoid": torch.sigmoid,
        "softplus": torch.nn.functional.softplus,
        "sin": torch.sin,
    }[name]
    return lambda: function(x)


def softmax(rows, classes, log=False):
    x = torch.linspace(-8, 8, rows * classes).reshape(rows, classes)
    function = torch.log_softmax if log else torch.softmax
    return lambda: function(x, 1)


def normal(size):
    out = torch.empty(size)
    return lambda: out.normal_()


TASKS = {"matmul": matmul, "unary": unary, "softmax": softmax, "normal": normal}
