/** Convolutions and pools; `geometry` points to what wasm-ops/geometry.ts writes. */
export interface ImageExports extends ForwardExports {
  convolveBackwardWorkspace(geometry: number): number;
  convolveBackward(dx: number, dOut: number, w: number, geometry: number, work: number): void;
  convolveGradientsWorkspace(geometry: number): number;
  convolveGradients(dW: number, x: number, dOut: number, geometry: number, work: number): void;
  gradientStrips(geometry: number): number;
  skipsZeros(dOut: number, geometry: number): number;
  convolveGradientsOfStrips(
    sums: number,
    x: number,
    dOut: number,
    geometry: number,
    sparse: number,
    first: number,
    count: number,
    work: number,
  ): void;
  /** out[columns, rows] = x[rows, columns] transposed. */
  transpose(out: number, x: number, rows: number, columns: number): void;
  /** `size` in bytes. */
  addStrips(dW: number, sums: number, n: number, strips: number, size: number, accumulate: boolean): void;

  maxPoolBackward(dx: number, dOut: number, x: number, geometry: number): void;
  averagePoolBackward(dx: number, dOut: number, geometry: number): void;
}

/** The exports that a forward pass needs. */
export interface ForwardExports {
  convolveWorkspace(geometry: number): number;
  convolve(
    out: number,
    x: number,
    w: number,
    geometry: number,
    bias: number,
    relu: boolean,
    work: number,
  ): void;
  maxPool(out: number, x: number, geometry: number): void;
  averagePool(out: number, x: number, geometry: number): void;
}
