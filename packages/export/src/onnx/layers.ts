import { isLinear, sizeOf, type FixedLayer, type LinearLayer, type Shape } from '@bbb/core';
import type { PoolGeometry } from '@bbb/kernels';
import type { PlainNetwork } from '../plain.js';
import type { OnnxGraph } from './graph.js';
import type { Attribute } from './messages.js';

/**
 * The numbers between two layers. For one member: rows `[batch, size]` or images `[batch, channels, height, width]`. For S members: rows
 * `[S, batch, size]` or images `[batch, S channels, height, width]`, member by member. Before the first layer with weights, all members
 * share the same numbers.
 */
interface Flow {
  readonly name: string;
  readonly layout: 'rows' | 'images';
  /** Shape for one example and one member, channels last. */
  readonly shape: Shape;
  readonly shared: boolean;
}

/** The outputs of all members, `[S, batch, outputs]`. */
export function addLayers(graph: OnnxGraph, input: string, network: PlainNetwork): string {
  let flow: Flow = { name: input, layout: 'rows', shape: network.inputShape, shared: true };
  for (const layer of network.layers) {
    if (!isLinear(layer)) flow = addFixed(graph, flow, layer, network.members.length);
    else if (layer.geometry) flow = addConvolution(graph, flow, layer, layer.geometry, network);
    else flow = addDense(graph, flow, layer, network);
  }
  return asRows(graph, flow, network.members.length).name;
}

function addDense(
  graph: OnnxGraph,
  flow: Flow,
  { weight, bias, inShape, outShape }: LinearLayer,
  network: PlainNetwork,
): Flow {
  const { members } = network;
  const rows = asRows(graph, { ...flow, shape: flow.shape }, members.length);
  const [inputs, outputs] = [sizeOf(inShape), sizeOf(outShape)];
  const w = graph.constant(weight.name, [members.length, inputs, outputs], together(network, weight.name));
  const b = graph.constant(bias.name, [members.length, 1, outputs], together(network, bias.name));
  // [1 or S, batch, inputs] x [S, inputs, outputs]: if the members share their input, ONNX broadcasts it.
  const name = graph.node('Add', [graph.node('MatMul', [rows.name, w]), b]);
  return { name, layout: 'rows', shape: outShape, shared: false };
}

function addConvolution(
  graph: OnnxGraph,
  flow: Flow,
  { weight, bias, outShape }: LinearLayer,
  geometry: PoolGeometry,
  network: PlainNetwork,
): Flow {
  const { members } = network;
  const images = asImages(graph, flow, members.length);
  const [height, width, channels, filters] = weight.shape as [number, number, number, number];
  // Filters of bbb are [height, width, in, out]. Those of ONNX are [out, in, height, width], with the members one after another.
  const ours = together(network, weight.name);
  const data = new Float32Array(ours.length);
  const size = height * width * channels * filters;
  members.forEach((_, s) => {
    for (let i = 0; i < size; i++) {
      const [f, c, x] = [i % filters, Math.floor(i / filters) % channels, Math.floor(i / filters / channels)];
      data[s * size + (f * channels + c) * height * width + x] = ours[s * size + i]!;
    }
  });
  const w = graph.constant(weight.name, [members.length * filters, channels, height, width], data);
  const b = graph.constant(bias.name, [members.length * filters], together(network, bias.name));
  const name = graph.node('Conv', [images.name, w, b], {
    ...windows(geometry),
    group: { int: images.shared ? 1 : members.length },
  });
  return { name, layout: 'images', shape: outShape, shared: false };
}

function addFixed(
  graph: OnnxGraph,
  flow: Flow,
  { kind, geometry, outShape }: FixedLayer,
  members: number,
): Flow {
  if (kind === 'relu') return { ...flow, name: graph.node('Relu', [flow.name]) };
  if (kind === 'tanh') return { ...flow, name: graph.node('Tanh', [flow.name]) };
  if (!geometry) return { ...asRows(graph, flow, members), shape: outShape };
  const images = asImages(graph, flow, members);
  const name =
    kind === 'max-pool'
      ? graph.node('MaxPool', [images.name], windows(geometry))
      : graph.node('AveragePool', [images.name], { ...windows(geometry), count_include_pad: { int: 0 } });
  return { ...images, name, shape: outShape };
}

function windows({ input, window, stride, before, output }: PoolGeometry): Record<string, Attribute> {
  const after = [0, 1].map((axis) =>
    Math.max(0, (output[axis]! - 1) * stride[axis]! + window[axis]! - input[axis]! - before[axis]!),
  );
  return {
    kernel_shape: { ints: window },
    strides: { ints: stride },
    pads: { ints: [...before, ...after] },
  };
}

/** The flow as rows of numbers, channels last. */
function asRows(graph: OnnxGraph, flow: Flow, members: number): Flow {
  if (flow.layout === 'rows') return flow;
  const [height, width, channels] = flow.shape as [number, number, number];
  const size = height * width * channels;
  if (flow.shared) {
    const last = graph.transpose(flow.name, [0, 2, 3, 1]);
    return { ...flow, layout: 'rows', name: graph.reshape(last, [1, -1, size]) };
  }
  const apart = graph.reshape(flow.name, [-1, members, channels, height, width]);
  const last = graph.transpose(apart, [1, 0, 3, 4, 2]);
  return { ...flow, layout: 'rows', name: graph.reshape(last, [members, -1, size]) };
}

/** The flow as images, channels first. */
function asImages(graph: OnnxGraph, flow: Flow, members: number): Flow {
  if (flow.layout === 'images') return flow;
  const [height, width, channels] = flow.shape as [number, number, number];
  if (flow.shared) {
    const images = graph.reshape(flow.name, [-1, height, width, channels]);
    return { ...flow, layout: 'images', name: graph.transpose(images, [0, 3, 1, 2]) };
  }
  const images = graph.reshape(flow.name, [members, -1, height, width, channels]);
  const first = graph.transpose(images, [1, 0, 4, 2, 3]);
  return { ...flow, layout: 'images', name: graph.reshape(first, [-1, members * channels, height, width]) };
}

function together({ members }: PlainNetwork, name: string): Float32Array {
  const size = members[0]!.weights[name]!.length;
  const all = new Float32Array(members.length * size);
  members.forEach(({ weights }, s) => all.set(weights[name]!, s * size));
  return all;
}
