"""Whole training steps of 784-hidden-hidden-10 and evaluation, as a PyTorch user would write them."""

import base64
import itertools
import math

import torch
from torch.nn import functional as F

# The prior of Blundell et al. 2015: pi N(0, 1) + (1 - pi) N(0, e^-12).
PI, SIGMA1, SIGMA2 = 0.5, 1.0, math.exp(-6)
LOG1, LOG2 = math.log(PI / SIGMA1), math.log((1 - PI) / SIGMA2)


CLASSES = 10
DIVISOR = 126
images = {}


def load(name, pixels, labels):
    """Keeps a set of images, [count, 784] bytes in base64, for the tasks that name it."""
    pixels, labels = (torch.frombuffer(bytearray(base64.b64decode(x)), dtype=torch.uint8) for x in (pixels, labels))
    images[name] = pixels.reshape(-1, 784), labels.long()
    return lambda: torch.tensor(float(len(labels)))


def batches(name, size):
    pixels, labels = images[name]
    whole = len(labels) // size * size
    return itertools.cycle(list(zip((pixels[:whole].float() / DIVISOR).split(size), labels[:whole].split(size))))


def shapes(hidden):
    sizes = [784, hidden, hidden, CLASSES]
    return [shape for i, o in zip(sizes, sizes[1:]) for shape in ((i, o), (o,))]


def forward(weights, x):
    for i in range(0, len(weights), 2):
        x = torch.addmm(weights[i + 1], x, weights[i])
        if i + 2 < len(weights):
            x = torch.relu(x)
    return x


def optimizer(kind, parameters):
    if kind == "adam":
        return torch.optim.Adam(parameters, lr=1e-3, foreach=True)
    return torch.optim.SGD(parameters, lr=0.1, foreach=True)


def point_step(hidden, batch, kind, data):
    feed = batches(data, batch)
    weights = [torch.empty(shape).uniform_(-0.04, 0.04).requires_grad_() for shape in shapes(hidden)]
    rule = optimizer(kind, weights)

    def step():
        x, labels = next(feed)
        rule.zero_grad(set_to_none=True)
        F.cross_entropy(forward(weights, x), labels).backward()
        rule.step()

    return step


def tuned(mu, rho):
    """The draw and its complexity cost with as few passes over memory as PyTorch's ops allow."""
    sigma = F.softplus(rho)
    epsilon = torch.randn_like(mu)
    w = mu + sigma * epsilon
    square = w * w
    log_prior = torch.logaddexp(LOG1 - square / (2 * SIGMA1**2), LOG2 - square / (2 * SIGMA2**2))
    return w, (-torch.log(sigma) - 0.5 * epsilon * epsilon - log_prior).sum()


def textbook(mu, rho):
    """The same with torch.distributions, as most published implementations have it."""
    sigma = torch.log1p(torch.exp(rho))
    posterior = torch.distributions.Normal(mu, sigma)
    w = posterior.rsample()
    prior = [
        math.log(PI) + torch.distributions.Normal(0.0, SIGMA1).log_prob(w),
        math.log(1 - PI) + torch.distributions.Normal(0.0, SIGMA2).log_prob(w),
    ]
    return w, (posterior.log_prob(w) - torch.logsumexp(torch.stack(prior), 0)).sum()


def bbb_step(hidden, batch, kind, data, style="tuned", examples=60000):
    feed = batches(data, batch)
    mus = [torch.empty(shape).uniform_(-0.2, 0.2).requires_grad_() for shape in shapes(hidden)]
    rhos = [torch.full(shape, -4.5).requires_grad_() for shape in shapes(hidden)]
    rule = optimizer(kind, mus + rhos)
    sample = {"tuned": tuned, "textbook": textbook}[style]

    def step():
        x, labels = next(feed)
        rule.zero_grad(set_to_none=True)
        draws = [sample(mu, rho) for mu, rho in zip(mus, rhos)]
        complexity = sum(cost for _, cost in draws)
        nll = F.cross_entropy(forward([w for w, _ in draws], x), labels)
        (nll + complexity / examples).backward()
        rule.step()

    return step


def evaluation(hidden, data):
    pixels, _ = images[data]
    weights = [torch.empty(shape).uniform_(-0.04, 0.04) for shape in shapes(hidden)]

    def run():
        with torch.no_grad():
            chunks = [torch.softmax(forward(weights, x.float() / DIVISOR), 1) for x in pixels.split(1000)]
            return torch.cat(chunks)

    return run


def lenet_noise_step(batch):
    """Adam on LeNet-5 (20, 50, 500) and noise, with autograd."""
    layers = torch.nn.Sequential(
        torch.nn.Conv2d(1, 20, 5),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(20, 50, 5),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(800, 500),
        torch.nn.ReLU(),
        torch.nn.Linear(500, CLASSES),
    )
    rule = optimizer("adam", list(layers.parameters()))
    x, labels = torch.rand(batch, 1, 28, 28), torch.randint(0, CLASSES, (batch,))

    def step():
        rule.zero_grad(set_to_none=True)
        F.cross_entropy(layers(x), labels).backward()
        rule.step()

    return step


LENET = [(20, 1, 5, 5), (20,), (50, 20, 5, 5), (50,), (500, 800), (500,), (CLASSES, 500), (CLASSES,)]
PRIOR_SIGMA = 0.1


def lenet_forward(weights, x):
    """LeNet-5 at these weights; `weights` gives a layer's output from its input, its function and its number."""
    x = F.max_pool2d(torch.relu(weights(x, F.conv2d, 0)), 2)
    x = F.max_pool2d(torch.relu(weights(x, F.conv2d, 1)), 2)
    x = torch.relu(weights(x.flatten(1), F.linear, 2))
    return weights(x, F.linear, 3)


def gaussian_kl(mu, sigma):
    """KL[N(mu, sigma^2) || N(0, PRIOR_SIGMA^2)], summed."""
    return (math.log(PRIOR_SIGMA) - torch.log(sigma) + (sigma * sigma + mu * mu) / (2 * PRIOR_SIGMA**2) - 0.5).sum()


def drawn(mu, rho):
    """A draw of the weights and log q - log p at it."""
    sigma = F.softplus(rho)
    epsilon = torch.randn_like(mu)
    w = mu + sigma * epsilon
    cost = -torch.log(sigma) - 0.5 * epsilon * epsilon + math.log(PRIOR_SIGMA) + w * w / (2 * PRIOR_SIGMA**2)
    return w, cost.sum()


def lenet_step(batch, data, estimator, divisor, examples=60000):
    """Adam on LeNet-5: a point estimate, or Bayes by Backprop with draws of weights or of pre-activations."""
    pixels, targets = images[data]
    whole = len(targets) // batch * batch
    x = (pixels[:whole].float() / divisor).reshape(-1, 1, 28, 28)
    feed = itertools.cycle(list(zip(x.split(batch), targets[:whole].split(batch))))
    mus = [torch.empty(shape).uniform_(-0.05, 0.05).requires_grad_() for shape in LENET]
    rhos = [torch.full(shape, -4.5).requires_grad_() for shape in LENET]
    rule = optimizer("adam", mus if estimator == "point" else mus + rhos)

    def step():
        x, labels = next(feed)
        rule.zero_grad(set_to_none=True)
        complexity = 0
        if estimator == "point":
            layer = lambda h, f, l: f(h, mus[2 * l], mus[2 * l + 1])
        elif estimator == "weights":
            draws = [drawn(mu, rho) for mu, rho in zip(mus, rhos)]
            complexity = sum(cost for _, cost in draws)
            layer = lambda h, f, l: f(h, draws[2 * l][0], draws[2 * l + 1][0])
        else:
            sigmas = [F.softplus(rho) for rho in rhos]
            complexity = sum(gaussian_kl(mu, sigma) for mu, sigma in zip(mus, sigmas))

            def layer(h, f, l):
                mean = f(h, mus[2 * l], mus[2 * l + 1])
                variance = f(h * h, sigmas[2 * l] ** 2, sigmas[2 * l + 1] ** 2)
                return mean + torch.sqrt(variance) * torch.randn_like(mean)

        (F.cross_entropy(lenet_forward(layer, x), labels) + complexity / examples).backward()
        rule.step()

    return step


def local_layer(mu, sigma, h, bias_mu, bias_sigma):
    """Local reparameterisation of a dense layer."""
    mean = torch.addmm(bias_mu, h, mu)
    variance = torch.addmm(bias_sigma**2, h * h, sigma**2)
    return mean + torch.sqrt(variance + 1e-8) * torch.randn_like(mean)


def log_uniform_kl(mu, sigma):
    """The approximation of Molchanov et al. 2017, equation 14, summed."""
    log_alpha = torch.clamp(2 * torch.log(sigma) - torch.log(mu * mu + 1e-16), -8, 8)
    negative = 0.63576 * torch.sigmoid(1.8732 + 1.48695 * log_alpha) - 0.5 * F.softplus(-log_alpha) - 0.63576
    return -negative.sum()


def variational_step(hidden, batch, data, estimator, examples=60000):
    """Adam on a point estimate or on means and rhos with draws of pre-activations; or IVON (Shen et al. 2024, algorithm 1)."""
    feed = batches(data, batch)
    mus = [torch.empty(shape).uniform_(-0.04, 0.04).requires_grad_() for shape in shapes(hidden)]
    if estimator == "ivon":
        return ivon_step(feed, mus, examples)
    rhos = [torch.full(shape, -4.5).requires_grad_() for shape in shapes(hidden)]
    rule = optimizer("adam", mus if estimator == "point" else mus + rhos)
    kl_of = log_uniform_kl if estimator == "sparse-vd" else gaussian_kl

    def step():
        x, labels = next(feed)
        rule.zero_grad(set_to_none=True)
        if estimator == "point":
            F.cross_entropy(forward(mus, x), labels).backward()
        else:
            sigmas = [F.softplus(rho) for rho in rhos]
            h = x
            for i in range(0, len(mus), 2):
                h = local_layer(mus[i], sigmas[i], h, mus[i + 1], sigmas[i + 1])
                if i + 2 < len(mus):
                    h = torch.relu(h)
            kl = sum(kl_of(mu, sigma) for mu, sigma in zip(mus, sigmas))
            (F.cross_entropy(h, labels) + kl / examples).backward()
        rule.step()

    return step


def ivon_step(feed, means, examples, rate=0.1, beta1=0.9, beta2=0.99, start=1.0, decay=1e-4):
    """In as few passes as PyTorch's ops on lists of tensors allow."""
    hessians = [torch.full_like(m, start) for m in means]
    momenta = [torch.zeros_like(m) for m in means]
    done = 0

    def step():
        nonlocal done
        x, labels = next(feed)
        done += 1
        with torch.no_grad():
            noise = [torch.randn_like(m) / torch.sqrt(examples * (h + decay)) for m, h in zip(means, hessians)]
            weights = [(m + n).requires_grad_() for m, n in zip(means, noise)]
        F.cross_entropy(forward(weights, x), labels).backward()
        with torch.no_grad():
            for m, h, g, n, w in zip(means, hessians, momenta, noise, weights):
                f = examples * n * w.grad * (h + decay)
                g.mul_(beta1).add_(w.grad, alpha=1 - beta1)
                difference = h - f
                h.copy_(beta2 * h + (1 - beta2) * f + (1 - beta2) ** 2 * difference**2 / (2 * (h + decay)))
                m.sub_(rate * (start + decay) * (g / (1 - beta1**done) + decay * m) / (h + decay))

    return step


TASKS = {
    "variational_step": variational_step,
    "lenet_noise_step": lenet_noise_step,
    "lenet_step": lenet_step,
    "load": load,
    "point_step": point_step,
    "bbb_step": bbb_step,
    "evaluation": evaluation,
}
