/** kind, precision1, precision2, logOdds, curvature: see wasm-ops/prior.ts. */
type Prior = readonly [number, number, number, number, number];
/** kind, precision1, logOdds, curvature, constant. */
type Density = readonly [number, number, number, number, number];
/** rule, rate, decay1, gain1, decay2, gain2, correction, epsilon: see wasm-ops/optimizer.ts. */
type Rule = readonly [number, number, number, number, number, number, number, number];
type Key = readonly [number, number];
/** out and x may be the same. */
type Map = (out: number, x: number, n: number) => void;

/** Elementwise functions, random numbers and fused passes. */
export interface FusedExports {
  workspaceBytes(): number;
  useWorkspace(pointer: number): void;
  /** Where later kernels start in their random streams, in groups of 16 words. */
  startStreamsAt(this: void, group: number): void;

  readonly exp: Map;
  readonly log: Map;
  readonly sigmoid: Map;
  readonly softplus: Map;
  readonly sin: Map;
  readonly cos: Map;
  readonly tanh: Map;
  readonly relu: Map;
  readonly variance: Map;

  standardNormal(out: number, n: number, ...key: Key): void;
  dropout(
    out: number,
    x: number,
    n: number,
    ...args: readonly [...Key, threshold: number, scale: number]
  ): void;

  /** `words`: room for examples * channels words, rounded up to a multiple of 16, and 4 more. */
  dropoutChannels(
    out: number,
    x: number,
    examples: number,
    positions: number,
    channels: number,
    ...args: readonly [...Key, threshold: number, scale: number, words: number]
  ): void;
  multiplySigns(out: number, x: number, n: number, ...args: readonly [...Key, accumulate: boolean]): void;
  multiplySignsOfChannels(
    out: number,
    x: number,
    examples: number,
    positions: number,
    channels: number,
    ...args: readonly [...Key, accumulate: boolean, words: number]
  ): void;
  subtract(out: number, a: number, b: number, n: number): void;
  multiply(out: number, a: number, b: number, n: number): void;
  addProduct(out: number, a: number, b: number, n: number, scale: number): void;
  /** `slope` is 0 if there is none. */
  sampleActivations(out: number, mean: number, variance: number, slope: number, n: number, ...key: Key): void;
  /** `used`: one byte for every 16 weights. */
  usedGroups(used: number, x: number, examples: number, inputs: number, outputs: number): void;
  sampleWeights(out: number, mean: number, variance: number, used: number, n: number, ...key: Key): void;
  concreteMask(
    out: number,
    n: number,
    ...args: readonly [...Key, logit: number, inverse: number, scale: number]
  ): void;
  concreteMaskOfChannels(
    out: number,
    examples: number,
    positions: number,
    channels: number,
    ...args: readonly [...Key, logit: number, inverse: number, scale: number, work: number]
  ): void;
  tanhBackward(grad: number, activation: number, n: number): void;

  sampleGaussian(w: number, mu: number, rho: number, n: number, ...key: Key): void;
  gaussianGradients(
    gMu: number,
    gRho: number,
    mu: number,
    rho: number,
    w: number,
    grad: number,
    noiseGrad: number,
    n: number,
    ...args: readonly [klWeight: number, ...Prior, scale: number, accumulate: boolean]
  ): void;
  updateGaussian(
    mu: number,
    rho: number,
    muM: number,
    muV: number,
    rhoM: number,
    rhoV: number,
    w: number,
    grad: number,
    noiseGrad: number,
    n: number,
    ...args: readonly [klWeight: number, ...Prior, ...Rule]
  ): void;
  /** `variance` and `ratio` of rho; if they are 0, they are computed. */
  localGradients(
    gMu: number,
    gRho: number,
    mu: number,
    rho: number,
    variance: number,
    ratio: number,
    meanGrad: number,
    varianceGrad: number,
    n: number,
    ...args: readonly [klWeight: number, precision: number, scale: number, accumulate: boolean]
  ): void;
  updateLocal(
    mu: number,
    rho: number,
    muM: number,
    muV: number,
    rhoM: number,
    rhoV: number,
    variance: number,
    ratio: number,
    meanGrad: number,
    varianceGrad: number,
    n: number,
    ...args: readonly [klWeight: number, precision: number, ...Rule]
  ): void;
  varianceAndRatio(variance: number, ratio: number, rho: number, n: number): void;
  /** `w` or `product` is 0. */
  updateIvon(
    mu: number,
    variance: number,
    momentum: number,
    w: number,
    product: number,
    grad: number,
    n: number,
    decay: number,
    gain: number,
    curvature: number,
    priorPrecision: number,
    memory: number,
    rate: number,
    pull: number,
  ): void;
  gaussianKl(mu: number, rho: number, n: number, precision: number, constant: number): number;
  updatePoint(
    w: number,
    m: number,
    v: number,
    grad: number,
    n: number,
    priorWeight: number,
    ...args: readonly [...Prior, ...Rule]
  ): void;
  complexityCost(rho: number, w: number, n: number, ...args: readonly [...Key, ...Density]): number;
  logPrior(w: number, n: number, ...density: Density): number;

  sumRows(out: number, a: number, m: number, n: number): void;
  /** `n` columns of a matrix of `width` columns. */
  sumColumns(out: number, a: number, m: number, n: number, width: number): void;
  reluBackward(grad: number, activation: number, n: number, scale: number): void;
  pixels(out: number, bytes: number, n: number, divisor: number): void;
  fillWhereZero(x: number, keep: number, n: number, value: number): void;
  /** `work`: rows * (classes + 2) floats. */
  softmax(out: number, x: number, rows: number, classes: number, work: number): void;
  /** `work`: rows * (classes + 3) floats. */
  crossEntropy(
    x: number,
    labels: number,
    grad: number,
    rows: number,
    classes: number,
    scale: number,
    work: number,
  ): number;
  sumOfCrossEntropy(logs: number, largest: number, own: number, rows: number): number;
  countCorrect(x: number, labels: number, rows: number, classes: number): number;
}
