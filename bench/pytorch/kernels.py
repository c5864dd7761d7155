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


def convolution(kind, batch, height, width, channels, filters, window, padding):
    x = torch.randn(batch, channels, height, width)
    w = torch.randn(filters, channels, window, window)
    bias = torch.randn(filters)
    out = torch.nn.functional.conv2d(x, w, bias, padding=padding)
    if kind == "forward":
        return lambda: torch.relu_(torch.nn.functional.conv2d(x, w, bias, padding=padding))
    d = torch.randn_like(out)
    pair = [padding, padding]
    wanted = [kind == "input", kind == "filters", kind == "filters"]
    return lambda: torch.ops.aten.convolution_backward(
        d, x, w, [filters], [1, 1], pair, [1, 1], False, [0, 0], 1, wanted
    )


def pool(kind, batch, height, width, channels):
    x = torch.randn(batch, channels, height, width)
    if kind == "max":
        return lambda: torch.nn.functional.max_pool2d(x, 2)
    out, indices = torch.nn.functional.max_pool2d(x, 2, return_indices=True)
    d = torch.randn_like(out)
    return lambda: torch.ops.aten.max_pool2d_with_indices_backward(
        d, x, [2, 2], [2, 2], [0, 0], [1, 1], False, indices
    )


def pruned(widths, removed, rows, sparse):
    # Which weights are kept differs from bench/suites/pruned.ts; how many does not.
    torch.manual_seed(0)
    weights = [torch.rand(n, k) - 0.5 for k, n in zip(widths, widths[1:])]
    if sparse:
        weights = [(w * (torch.rand(w.shape) >= removed)).to_sparse_csr() for w in weights]
    x = torch.rand(rows, widths[0]) + 0.01

    def forward():
        a = x.t()
        for w in weights[:-1]:
            a = (w @ a).relu()
        return (weights[-1] @ a).t()

    return forward


TASKS = {"pruned": pruned, "convolution": convolution, "pool": pool, "matmul": matmul, "unary": unary, "softmax": softmax, "normal": normal}
