import type { Attribute, OnnxNode, OnnxTensor } from './messages.js';

/** Collects the nodes and constants of a graph, and gives them names. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  private made = 0;

  /** @returns the name of the node's only output */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const output = `${op.toLowerCase()}_${this.made++}`;
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  constant(name: string, shape: readonly number[], data: OnnxTensor['data']): string {
    this.initializers.push({ name, shape, data });
    return name;
  }

  /** A number that nodes take as an input. */
  scalar(value: number): string {
    return this.constant(`number_${this.made++}`, [], Float32Array.of(value));
  }

  /** Reshapes x. A size of -1 stands for the remaining elements. */
  reshape(x: string, shape: readonly number[]): string {
    const name = `shape_${this.made++}`;
    return this.node('Reshape', [x, this.constant(name, [shape.length], shape)]);
  }

  transpose(x: string, order: readonly number[]): string {
    return this.node('Transpose', [x], { perm: { ints: order } });
  }

  /** Gives the last node's output the name that users see. */
  output(name: string, x: string): void {
    this.nodes.push({ op: 'Identity', inputs: [x], outputs: [name] });
  }
}
