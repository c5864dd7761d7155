import { protobuf } from '@bbb/core';

/*
 * The seven messages of onnx.proto3 (IR version 8) that a network needs, by their field numbers. A library with all of ONNX would be a
 * hundred times as large. The tests use such a library to decode the files.
 */
const { bytesField, concat, float, int64, message, packedInt64s, string } = protobuf;
type Field = protobuf.Field;

const FLOAT = 1;
const INT64 = 7;

/** An attribute of a node, with its ONNX type: a whole number, several whole numbers, or a float. */
export type Attribute =
  { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** float32, or whole numbers that become int64. */
  readonly data: Float32Array | readonly number[];
}

/** A float32 input or output. A dimension that is a text, e.g. `batch`, gets its size when the graph runs. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly producer: { readonly name: string; readonly version: string };
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;
/**
 * Old enough for every current runtime. It also decides whether ReduceMean and ReduceSum have their axes as an attribute or as an input.
 */
const OPSET = 17;

/** The bytes of a .onnx file. */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  return concat([
    int64(1, IR_VERSION),
    string(2, model.producer.name),
    string(3, model.producer.version),
    string(6, model.description),
    message(7, graph(model)),
    message(8, [string(1, ''), int64(2, OPSET)]),
    ...Object.entries(model.metadata).map(([key, value]) => message(14, [string(1, key), string(2, value)])),
  ]);
}

function graph({ nodes, initializers, inputs, outputs }: OnnxModel): Field[] {
  return [
    ...nodes.map((node) => message(1, encodeNode(node))),
    string(2, 'bbb'),
    ...initializers.map((tensor) => message(5, encodeTensor(tensor))),
    ...inputs.map((value) => message(11, encodeValue(value))),
    ...outputs.map((value) => message(12, encodeValue(value))),
  ];
}

function encodeNode({ op, inputs, outputs, attributes = {} }: OnnxNode): Field[] {
  return [
    ...inputs.map((name) => string(1, name)),
    ...outputs.map((name) => string(2, name)),
    string(3, outputs[0]!),
    string(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, encodeAttribute(name, value))),
  ];
}

/** The type numbers are FLOAT 1, INT 2, INTS 7. */
function encodeAttribute(name: string, value: Attribute): Field[] {
  if ('float' in value) return [string(1, name), float(2, value.float), int64(20, 1)];
  if ('int' in value) return [string(1, name), int64(3, value.int), int64(20, 2)];
  return [string(1, name), packedInt64s(8, value.ints), int64(20, 7)];
}

function encodeTensor({ name, shape, data }: OnnxTensor): Field[] {
  const floats = data instanceof Float32Array;
  return [
    packedInt64s(1, shape),
    int64(2, floats ? FLOAT : INT64),
    string(8, name),
    bytesField(9, floats ? floatBytes(data) : intBytes(data)),
  ];
}

function encodeValue({ name, shape }: OnnxValue): Field[] {
  const dimensions = shape.map((size) =>
    message(1, [typeof size === 'number' ? int64(1, size) : string(2, size)]),
  );
  const tensor = [int64(1, FLOAT), message(2, dimensions)];
  return [string(1, name), message(2, [message(1, tensor)])];
}

/** Float32 numbers as little-endian bytes, on every machine. */
function floatBytes(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return bytes;
}

function intBytes(data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * data.length);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => view.setBigInt64(8 * i, BigInt(value), true));
  return bytes;
}
