import { setKernelsPath, standaloneOps, type Ops } from '@bbb/kernels';

/** A layer of Bayes by Backprop that is wide enough for threads to share its draws, products and updates. */
export function layer(ops: Ops): number[] {
  const [batch, inputs, units] = [64, 300, 500];
  const [mu, rho, w, grad] = [0, 1, 2, 3].map(() => ops.alloc([inputs, units])) as [
    Operand,
    Operand,
    Operand,
    Operand,
  ];
  const [x, h] = [ops.alloc([batch, inputs]), ops.alloc([batch, units])];
  ops.standardNormal(mu, [1, 2]);
  ops.standardNormal(rho, [3, 4]);
  ops.standardNormal(x, [5, 6]);
  const costs: number[] = [];
  for (let step = 0; step < 3; step++) {
    ops.sampleGaussian(w, { mu, rho }, [step, 7]);
    ops.matmul(h, x, w, { relu: true });
    ops.matmul(grad, x, h, { transposeA: true });
    const prior = { kind: 'gaussian', sigma: 0.5 } as const;
    costs.push(ops.complexityCost({ mu, rho }, w, [step, 7], prior));
    const rule = { kind: 'sgd', learningRate: 1e-4, momentum: 0 } as const;
    const update = { w, key: [step, 7] as const, grad, prior, klWeight: 0.1, rule };
    ops.updateGaussian({ mu, rho }, { ...update, muMoments: [], rhoMoments: [] });
  }
  return [...costs, ...ops.read(mu), ...ops.read(rho)];
}

type Operand = ReturnType<Ops['alloc']>;

declare global {
  interface Window {
    runThreads(): Promise<{ readonly threads: number | undefined; readonly numbers: number[] }>;
  }
}

if (typeof window !== 'undefined') {
  setKernelsPath('/wasm/');
  window.runThreads = async () => {
    const ops = await standaloneOps({ threads: 3 });
    // Repeat until the threads, which start in parallel, have had time to help.
    let numbers = layer(ops);
    for (const end = performance.now() + 300; performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      numbers = layer(ops);
    }
    return { threads: ops.threads?.count, numbers };
  };
}
