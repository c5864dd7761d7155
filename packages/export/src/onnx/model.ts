import { sizeOf, VERSION } from '@bbb/core';
import type { PlainNetwork } from '../plain.js';
import { OnnxGraph } from './graph.js';
import { addLayers } from './layers.js';
import { encodeModel } from './messages.js';
import { addOutputs } from './outputs.js';

/** Texts by name that an ONNX file has in addition to its graph, for people and programs. */
export type OnnxMetadata = Readonly<Record<string, string>>;

/**
 * The network as the bytes of an ONNX file (opset 17). Its input, `input`, is float32 `[batch, ...inputShape]` in the user's own units: the
 * preprocessing is part of the graph, missing values (NaN) included where training filled them. Its outputs are, of classes, `probabilities` and `logits`, or of S draws `probabilities` (their
 * mean), `predictive_entropy` and `mutual_information`; of real numbers `mean`, `aleatoric_sd`, and of S draws `epistemic_sd`.
 *
 * @param network what `plainNetwork` or an import returned
 * @param metadata texts by name, kept in the file. Default: none
 */
export function onnxModel(network: PlainNetwork, metadata: OnnxMetadata = {}): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const outputs = addLayers(graph, addInput(graph, network), network);
  const values = addOutputs(graph, outputs, network);
  return encodeModel({
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: [{ name: 'input', shape: ['batch', ...network.inputShape] }],
    outputs: values,
    producer: { name: 'bbb', version: VERSION },
    description:
      network.members.length === 1
        ? 'The mean network.'
        : `${network.members.length} fixed draws of the network, averaged.`,
    metadata,
  });
}

/** Replaces missing values (NaN) by the value that training used, by column. */
function filled(graph: OnnxGraph, rows: string, fill: readonly number[] | undefined): string {
  if (!fill) return rows;
  const values = graph.constant('input_fill', [fill.length], Float32Array.from(fill));
  return graph.node('Where', [graph.node('IsNaN', [rows]), values, rows]);
}

/** The inputs that the network sees, `[1, batch, size]`. */
function addInput(graph: OnnxGraph, { inputShape, preprocessing: { input } }: PlainNetwork): string {
  const size = sizeOf(inputShape);
  const rows = filled(graph, graph.reshape('input', [1, -1, size]), input.fill);
  if (input.kind === 'divide') return graph.node('Div', [rows, graph.scalar(input.divisor)]);
  const mean = graph.constant('input_mean', [size], Float32Array.from(input.mean));
  const sd = graph.constant('input_sd', [size], Float32Array.from(input.sd));
  return graph.node('Div', [graph.node('Sub', [rows, mean]), sd]);
}
