import type { Use } from '@bbb/core';

/** How the protocol trains a method. It is the candidate with the best NLL on validation examples (`--tune`). */
export interface Recipe {
  readonly name: string;
  readonly method: Use;
  readonly likelihood: Use;
  readonly epochs: number;
  readonly learningRate: number;
}

const gaussian = (noise: 'fixed' | 'learned', sd: number): Use => ({
  use: 'gaussian',
  options: { noise, sd },
});

const dropout = (p: number, pInput: number, sd: number): Recipe => ({
  name: 'MC dropout',
  method: { use: 'dropout', options: { p, pInput } },
  likelihood: gaussian('fixed', sd),
  epochs: 400,
  learningRate: 3e-3,
});

const bbb = (sigma: number, noise: 'fixed' | 'learned', sd: number): Recipe => ({
  name: 'bbb-gaussian, local',
  method: {
    use: 'bbb-gaussian',
    options: { estimator: 'local', sigma, rho0: -5, initialiser: { kind: 'fan-in' } },
  },
  likelihood: gaussian(noise, sd),
  epochs: 400,
  learningRate: 5e-3,
});

export const RECIPES: readonly Recipe[] = [bbb(0.5, 'learned', 0.5), dropout(0.05, 0, 0.35)];

/** The candidates that `--tune` tries. */
export const CANDIDATES: readonly Recipe[] = [
  bbb(0.5, 'fixed', 0.35),
  bbb(1, 'fixed', 0.35),
  bbb(0.5, 'learned', 0.5),
  ...[0.05, 0.1, 0.2].flatMap((p) => [0.25, 0.35].map((sd) => dropout(p, 0, sd))),
];

export function recipeText({ method, likelihood, epochs, learningRate }: Recipe): string {
  const options = { ...method.options, ...likelihood.options, epochs, learningRate };
  return Object.entries(options)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ');
}
