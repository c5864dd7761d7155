/** A fully connected network with ReLU hidden layers and a softmax over classes. */
export interface Architecture {
  /** Input features, e.g. 784 pixels. */
  readonly inputs: number;
  /** Hidden units per layer; empty is multinomial logistic regression. */
  readonly hidden: readonly number[];
  readonly classes: number;
}

/** One tensor of weights: what a pruner ranks and a figure plots. */
export interface WeightSpec {
  /** Unique, stable, e.g. `layers.0.weight`. */
  readonly name: string;
  /** 0 is the layer next to the inputs. */
  readonly layer: number;
  readonly role: 'weight' | 'bias';
  /** `[inputs, outputs]` of the layer for weights, `[outputs]` for biases. */
  readonly shape: readonly number[];
}

/** The weight tensors of an architecture, first layer first, each layer's weight before its bias. */
export function weightSpecs(architecture: Architecture): WeightSpec[] {
  const widths = [architecture.inputs, ...architecture.hidden, architecture.classes];
  return widths.slice(1).flatMap((outputs, layer): WeightSpec[] => [
    { name: `layers.${layer}.weight`, layer, role: 'weight', shape: [widths[layer]!, outputs] },
    { name: `layers.${layer}.bias`, layer, role: 'bias', shape: [outputs] },
  ]);
}

/** Elements in a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** All weights and biases of an architecture. */
export function countWeights(architecture: Architecture): number {
  return weightSpecs(architecture).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}
