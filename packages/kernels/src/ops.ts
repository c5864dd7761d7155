import type { ConvGeometry, PoolGeometry } from './geometry.js';
import type { Key } from './key.js';
import type { OptimizerStep } from './optimizer.js';
import type { Prior } from './prior.js';

/**
 * An operand: what an op reads, or writes in place. For the WebAssembly ops it is a float32 tfjs tensor, or a float32 array in their own
 * memory; for the reference ops it is a float64 array. Only the ops that made it may look inside.
 */
export interface Operand {
  readonly shape: readonly number[];
}

export interface MatMulOptions {
  /** Read `a` as its transpose. Default false. */
  readonly transposeA?: boolean;
  /** Read `b` as its transpose. Default false. */
  readonly transposeB?: boolean;
  /** Added to every row of the product, shape [n]. */
  readonly bias?: Operand;
  /** Clamp the result at zero after the bias. Default false. */
  readonly relu?: boolean;
}

export interface ConvolveOptions {
  /** Added to every position, shape [outChannels]. */
  readonly bias?: Operand;
  /** Clamp the result at zero after the bias. Default false. */
  readonly relu?: boolean;
}

/** A Gaussian posterior over one tensor: sigma = softplus(rho). If rho = -Infinity, the weight is exactly mu. */
export interface Gaussian {
  readonly mu: Operand;
  readonly rho: Operand;
}

/** The inputs of the gradient of one sample's cost; see {@link Ops.gaussianGradients}. */
export interface GaussianSample {
  /** The draw w = mu + sigma * epsilon that the forward pass used. */
  readonly w: Operand;
  /** The key the draw was made with. */
  readonly key: Key;
  /** d nll / d w at that draw, with the scale that the optimiser uses. */
  readonly grad: Operand;
  /**
   * d nll / d (sigma epsilon), if it differs from `grad`: under Flipout the noise has another sign for each example. It gives the
   * gradient of rho, and `grad` that of mu. Default: `grad`.
   */
  readonly noiseGrad?: Operand;
  readonly prior: Prior;
  /** The factor of (log q - log p) in the cost, on the same scale as `grad`. */
  readonly klWeight: number;
}

export interface GaussianUpdate extends GaussianSample {
  readonly rule: OptimizerStep;
  /** Optimiser state of mu and of rho, `momentCount(rule)` tensors each. */
  readonly muMoments: readonly Operand[];
  readonly rhoMoments: readonly Operand[];
}

/** The gradients of one weight tensor under the local reparameterisation; see {@link Ops.localGradients}. */
export interface LocalGradients {
  /** d nll / d mu, through the mean of the pre-activations, with the scale that the optimiser uses. */
  readonly meanGrad: Operand;
  /** d nll / d sigma^2, through their variance, on the same scale. */
  readonly varianceGrad: Operand;
  /** The results of {@link Ops.variance} for this rho, if there are some. They save time and change no bit. */
  readonly spread?: { readonly variance: Operand; readonly ratio: Operand };
  /** A prior with a KL in closed form: `gaussian`, or `log-uniform`, whose KL is that of Molchanov et al. 2017. */
  readonly prior: Prior;
  /** The factor of KL[q || p] in the cost, on the same scale. */
  readonly klWeight: number;
}

export interface LocalUpdate extends LocalGradients {
  readonly rule: OptimizerStep;
  /** Optimiser state of mu and of rho, `momentCount(rule)` tensors each. */
  readonly muMoments: readonly Operand[];
  readonly rhoMoments: readonly Operand[];
}

/** A Gaussian posterior over one tensor by its variance, which is 0 for a weight that is exactly mu. */
export interface VarianceGaussian {
  readonly mu: Operand;
  readonly variance: Operand;
}

/** One step of IVON; see {@link Ops.updateIvon}. */
export interface IvonUpdate {
  /** Running mean of the gradients. */
  readonly momentum: Operand;
  /** d nll / d w at a draw, scaled to a mean over examples; or the mean of that over draws. */
  readonly grad: Operand;
  /** The draw w = mu + sqrt(variance) * epsilon of `grad`, where there is one draw. */
  readonly w?: Operand;
  /** The mean over draws of grad * (w - mu), where there are several. One of `w` and `product` is given. */
  readonly product?: Operand;
  /** beta1: the factor of the old running mean. */
  readonly beta1: number;
  /** beta2: the factor of the old precision (the Hessian). */
  readonly beta2: number;
  /** The number of examples N, divided by the weight of the KL. */
  readonly examples: number;
  /** 1 / s^2 of the prior N(0, s^2). */
  readonly priorPrecision: number;
  /** Learning rate, divided by the bias correction of the running mean. */
  readonly rate: number;
  /** Learning rate, divided by `examples` and s^2: the pull of the prior on mu. */
  readonly pull: number;
}

export interface PointUpdate {
  readonly grad: Operand;
  /** Subtracts priorWeight * d log p(w) / d w from the gradient (MAP); `flat` adds nothing. */
  readonly prior: Prior;
  readonly priorWeight: number;
  readonly rule: OptimizerStep;
  readonly moments: readonly Operand[];
}

/** Result of {@link Ops.softmaxCrossEntropy}. */
export interface CrossEntropy {
  /** Negative log-likelihood summed over the batch, nats. */
  readonly nll: number;
  /** Number of rows whose largest logit is that of the label. At a tie, the first one counts. */
  readonly correct: number;
}

/** The threads of some ops. */
export interface Threads {
  /** Number of threads, including the one that calls the ops. */
  readonly count: number;
  /**
   * Changes the number of threads, between two ops. Threads are started when they are first needed. Threads that are not needed sleep.
   * @throws KernelError `KERNEL_THREADS` unless it is a whole number from 1 to 256
   */
  use(count: number): void;
  /** Bytes of the memory that they share: all operands, and the working memory of every thread. */
  readonly bytes: number;
  /** Ends the helping threads. The ops go on in the thread that calls them. */
  close(): void;
}

/**
 * The operations that training and evaluation consist of. There are two implementations: WebAssembly SIMD in float32 ({@link wasmOps} in tfjs's
 * memory, {@link standaloneOps} in their own memory) and plain TypeScript in float64 ({@link referenceOps}). The tests compare them. With the
 * second one, any method can be checked by finite differences in double precision.
 *
 * Every op overwrites its first argument (or the operands named in its text) and allocates nothing that outlives the
 * call. Shapes that do not fit throw a {@link KernelError}. Matrices are row-major.
 */
export interface Ops {
  /** The threads that share the work of these ops, where several can: see {@link standaloneOps}. Results do not depend on them. */
  readonly threads?: Threads;
  /** `wasm` (strict SIMD: the same bits everywhere), `wasm-relaxed` (fused multiply-add: faster, machine-dependent) or `reference`. */
  readonly name: 'wasm' | 'wasm-relaxed' | 'reference';

  // --- memory ---
  /** A zeroed operand. Free it with {@link Ops.free}. */
  alloc(shape: readonly number[]): Operand;
  free(x: Operand): void;
  /** A copy of the numbers. */
  read(x: Operand): Float32Array | Float64Array;
  write(x: Operand, values: ArrayLike<number>): void;
  /** out = x; same size. */
  copy(out: Operand, x: Operand): void;
  /** x[i] = value where keep[i] is 0. `keep` has one byte per element. Used to hold pruned weights at zero. */
  fillWhereZero(x: Operand, keep: Uint8Array, value: number): void;

  // --- data ---
  /** out[r, :] = images[rows[r], :] / divisor, for out of shape [rows, pixels]; `images` holds whole images of uint8. */
  gatherPixels(out: Operand, images: Uint8Array, rows: ArrayLike<number>, divisor: number): void;

  // --- layers ---
  /**
   * out[m, n] = op(a) op(b) (+ bias) (then relu). Exact zeros of `a` (background pixels, units that a ReLU or dropout set to 0) may be skipped;
   * if `b` is finite, that changes no bit. In the same way, zeros of `b` (pruned weights) may be skipped if `a` is finite.
   */
  matmul(out: Operand, a: Operand, b: Operand, options?: MatMulOptions): void;
  /** out[n] = sum over rows of a[m, n]: the gradient of a bias. */
  sumRows(out: Operand, a: Operand): void;
  /** out = max(x, 0), or NaN if x is NaN. `out` may be `x`. */
  relu(out: Operand, x: Operand): void;
  /** grad = activation > 0 ? grad * scale : 0. `scale` is 1 for a plain ReLU, 1 / (1 - p) when dropout p followed it. */
  reluBackward(grad: Operand, activation: Operand, scale: number): void;
  /** out = tanh(x), within 2 ulp. `out` may be `x`. */
  tanh(out: Operand, x: Operand): void;
  /** grad *= 1 - activation^2, for the output of {@link Ops.tanh}. */
  tanhBackward(grad: Operand, activation: Operand): void;
  /**
   * Inverted dropout: out[i] = keep(key, i) ? x[i] / (1 - p) : 0, with P(keep) = 1 - p. `out` may be `x`. The same key
   * gives the same mask, so backward passes regenerate it. p in [0, 1); p = 0 copies bit for bit.
   * With `positions` > 1, x is read as [examples, positions, channels]; only the first axis of its shape counts. All positions of a channel are
   * then kept or dropped together (Tompson et al. 2015): number example * channels + channel of the stream decides.
   */
  dropout(out: Operand, x: Operand, p: number, key: Key, positions?: number): void;
  /**
   * Softmax with cross-entropy over rows of logits[batch, classes]; `labels` has one class index per row. Writes
   * grad = scale * (softmax - onehot) when `grad` is given (it may be `logits`).
   */
  softmaxCrossEntropy(logits: Operand, labels: Uint8Array, grad?: Operand, scale?: number): CrossEntropy;
  /** out = softmax over rows of logits. `out` may be `logits`. */
  softmax(out: Operand, logits: Operand): void;

  // --- images, channels last: x of batch * height * width * channels numbers, whose first axis is the batch ---
  /**
   * out[batch, outHeight, outWidth, outChannels] = windows of x times w[vertical, horizontal, inChannels, outChannels]
   * (+ bias) (then relu). The bits are the same as in {@link Ops.matmul} of the matrix of windows and w. The result for an image does not
   * depend on its batch.
   */
  convolve(out: Operand, x: Operand, w: Operand, geometry: ConvGeometry, options?: ConvolveOptions): void;
  /**
   * dx = the gradient of {@link Ops.convolve} with respect to x, from that of its linear output. Here and in {@link Ops.convolveGradients},
   * exact zeros of dOut may be skipped: zero times an infinity or NaN of the other operand is then zero.
   */
  convolveBackward(dx: Operand, dOut: Operand, w: Operand, geometry: ConvGeometry): void;
  /** dW = the gradient of {@link Ops.convolve} with respect to w, dBias (if given) to its bias, summed over the batch. */
  convolveGradients(
    dW: Operand,
    dBias: Operand | undefined,
    x: Operand,
    dOut: Operand,
    geometry: ConvGeometry,
  ): void;
  /** out = the largest element of each window within the image, or NaN if one is NaN. */
  maxPool(out: Operand, x: Operand, geometry: PoolGeometry): void;
  /**
   * dx = the gradient of {@link Ops.maxPool} at x. Each window's gradient goes to its largest element; if several are equal, to the first one,
   * row by row.
   */
  maxPoolBackward(dx: Operand, dOut: Operand, x: Operand, geometry: PoolGeometry): void;
  /** out = the mean of each window's elements within the image. */
  averagePool(out: Operand, x: Operand, geometry: PoolGeometry): void;
  /** dx = the gradient of {@link Ops.averagePool}. */
  averagePoolBackward(dx: Operand, dOut: Operand, geometry: PoolGeometry): void;

  // --- elementwise, for estimators ---
  /** out = log(x); -Infinity for 0. `out` may be `x`. */
  log(out: Operand, x: Operand): void;
  /** out = 1 / (1 + e^-x). `out` may be `x`. */
  sigmoid(out: Operand, x: Operand): void;
  /** out = x^2. `out` may be `x`. */
  square(out: Operand, x: Operand): void;
  /** out = a - b, element by element. `out` may be either. */
  subtract(out: Operand, a: Operand, b: Operand): void;
  /** out = a b, element by element. `out` may be either. */
  multiply(out: Operand, a: Operand, b: Operand): void;
  /** out += scale a b, element by element. */
  addProduct(out: Operand, a: Operand, b: Operand, scale: number): void;
  /**
   * out = x times a sign, or out += with `accumulate`; `out` may be `x`. The sign of element i is a fair coin of the key's stream; with
   * `positions` > 1 all positions of a channel have the same, as in {@link Ops.dropout}. The same key gives the same signs.
   */
  multiplySigns(out: Operand, x: Operand, key: Key, positions?: number, accumulate?: boolean): void;
  /**
   * out = mean + sqrt(variance) * epsilon, epsilon = standardNormal(key): local reparameterisation (Kingma et al. 2015). `slope`, if
   * given, gets d out / d variance = epsilon / (2 sqrt(variance)), which {@link Ops.multiply} turns into the backward pass without
   * another draw. Where the variance is 0, there is no noise and the slope is 0. `out` may be `mean`, `slope` may be `variance`.
   */
  sampleActivations(out: Operand, mean: Operand, variance: Operand, key: Key, slope?: Operand): void;
  /**
   * Draws of a dense layer's weights for the minibatch x `[examples, inputs]`: out = mean + sqrt(variance) * epsilon, all `[inputs, outputs]`,
   * with the epsilon of {@link Ops.sampleActivations} for the same key. Weights of an input that is 0 in every example change no product with x
   * and have no gradient; they may get the mean instead, which takes almost no time. `out` may be `mean`.
   */
  sampleWeights(out: Operand, mean: Operand, variance: Operand, key: Key, x: Operand): void;

  /**
   * The factor of a relaxed Bernoulli mask (Maddison et al. 2017; Jang et al. 2017) for each element, of the shape of `out`:
   * (1 - z) / (1 - p), z = sigmoid((logit p + logit u) / temperature), u ~ U(0, 1) of the key's stream, so that P(z > 1/2) = p in (0, 1).
   * As the temperature goes to 0 it becomes the mask of {@link Ops.dropout}. With `positions` > 1 all positions of a channel have the same.
   */
  concreteMask(out: Operand, p: number, temperature: number, key: Key, positions?: number): void;

  // --- Gaussian posteriors ---
  /** out = softplus(rho) = log(1 + e^rho), stable at both ends. */
  softplus(out: Operand, rho: Operand): void;
  /**
   * out = softplus(rho)^2, the variance of each weight. `out` may be `rho`. `ratio`, if given, gets sigmoid(rho) / softplus(rho), 0 where
   * the variance is 0: gradients need nothing else of rho.
   */
  variance(out: Operand, rho: Operand, ratio?: Operand): void;
  /** out[i] = N(0, 1) number i of the key's stream. */
  standardNormal(out: Operand, key: Key): void;
  /** w = mu + softplus(rho) * epsilon, epsilon = standardNormal(key), never stored. */
  sampleGaussian(w: Operand, posterior: Gaussian, key: Key): void;
  /**
   * Gradients of one sample's cost with respect to mu and rho (Blundell et al. 2015, section 3.2), with
   * g = grad - klWeight * d log p(w)/dw:  gMu (+)= scale * g,
   * gRho (+)= scale * (g * epsilon - klWeight / sigma) * sigmoid(rho).
   * The gradients of log q through w and directly through mu cancel; -1/sigma is what remains of the entropy. With `noiseGrad`, the g of rho
   * uses it in place of `grad`.
   */
  gaussianGradients(
    gMu: Operand,
    gRho: Operand,
    posterior: Gaussian,
    sample: GaussianSample,
    scale: number,
    accumulate: boolean,
  ): void;
  /** {@link Ops.gaussianGradients} (scale 1) and the optimiser on mu and rho, in one pass over memory. */
  updateGaussian(posterior: Gaussian, update: GaussianUpdate): void;
  /**
   * Gradients of an expected cost, nll + klWeight KL[q || p] for a Gaussian prior N(0, s^2):
   * gMu (+)= scale * (meanGrad + klWeight mu / s^2),
   * gRho (+)= scale * (2 sigma varianceGrad + klWeight (sigma / s^2 - 1 / sigma)) * sigmoid(rho), 0 where sigma is 0.
   * The log-uniform prior has c / mu for mu / s^2 and -c / sigma for the other bracket: see {@link Ops.gaussianKl}.
   * Another prior throws `KERNEL_PRIOR`.
   */
  localGradients(
    gMu: Operand,
    gRho: Operand,
    posterior: Gaussian,
    gradients: LocalGradients,
    scale: number,
    accumulate: boolean,
  ): void;
  /** {@link Ops.localGradients} (scale 1) and the optimiser on mu and rho, in one pass over memory. */
  updateLocal(posterior: Gaussian, update: LocalUpdate): void;
  /**
   * KL[q || p] in closed form for a Gaussian prior, summed, nats. For the log-uniform one it is the approximation of Molchanov et al.
   * 2017 (equation 14), k1 (1 - sigmoid(k2 + k3 log alpha)) + log(1 + 1 / alpha) / 2 with alpha = sigma^2 / mu^2, with log alpha clipped to
   * [-8, 8]; outside this interval the slope is 0. Weights with sigma = 0 are left out. Another prior throws `KERNEL_PRIOR`.
   */
  gaussianKl(posterior: Gaussian, prior: Prior): number;
  /**
   * IVON (Shen et al. 2024, arXiv 2402.17641, algorithm 1) with variance = 1 / (ess (h + delta)) in place of h. Then a step needs neither the
   * square root nor the effective sample size: momentum = beta1 momentum + (1 - beta1) grad, r = (1 - beta2) (examples grad (w - mu) +
   * priorPrecision variance - 1), variance /= 1 + r + r^2 / 2 (it stays positive, and at most doubles), mu -= variance (rate momentum + pull
   * mu). A weight with variance 0 stays as it is.
   */
  updateIvon(posterior: VarianceGaussian, update: IvonUpdate): void;
  /** The complexity cost log q(w | mu, sigma) - log p(w) at the draw w of `key`, summed, nats. Weights with sigma = 0 are left out. */
  complexityCost(posterior: Gaussian, w: Operand, key: Key, prior: Prior): number;

  // --- point posteriors and generic parameters ---
  /** Adds the prior's gradient to the gradient, and updates w. `grad` itself is not changed. */
  updatePoint(w: Operand, update: PointUpdate): void;
  /** Sum of log p(w), nats. 0 for `flat`. */
  logPrior(w: Operand, prior: Prior): number;
}
