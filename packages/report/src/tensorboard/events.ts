import { protobuf, type Histogram } from '@bbb/core';
import { binWidth } from '../data/histogram.js';
import { maskedCrc32c } from './crc32c.js';

const { concat, double, float, int64, message, packedDoubles, string } = protobuf;

/** One value at one time, as TensorBoard shows it. */
export interface Event {
  /** Seconds; TensorBoard's relative times are differences of these. */
  readonly wallTime: number;
  readonly step: number;
  readonly tag: string;
  readonly value: number | Histogram;
}

/** An event file: TFRecord frames around `Event` messages (tensorflow/core/util/event.proto). */
export function encodeEvents(events: readonly Event[]): Uint8Array {
  return concat([fileHeader(events[0]?.wallTime ?? 0), encodeRecords(events)]);
}

/** The beginning of an event file. */
export function fileHeader(wallTime: number): Uint8Array {
  return frame(concat([double(1, wallTime), string(3, 'brain.Event:2')]));
}

/** Whole frames, which may be appended to an event file. */
export function encodeRecords(events: readonly Event[]): Uint8Array {
  return concat(events.map((event) => frame(encodeEvent(event))));
}

function encodeEvent({ wallTime, step, tag, value }: Event): Uint8Array {
  const content = typeof value === 'number' ? float(2, value) : message(5, histogramFields(value));
  return concat([double(1, wallTime), int64(2, step), message(5, [message(1, [string(1, tag), content])])]);
}

/**
 * `HistogramProto`: buckets by their upper limits. Sums are those of the bin centres. Values outside the bins count at
 * their edges.
 */
function histogramFields(histogram: Histogram): protobuf.Field[] {
  const { low, high, counts, below, above } = histogram;
  const width = binWidth(histogram);
  const limits = [low, ...counts.map((_, i) => low + (i + 1) * width), Number.MAX_VALUE];
  const buckets = [below, ...counts, above];
  const centres = [low, ...counts.map((_, i) => low + (i + 0.5) * width), high];
  const sum = (power: number): number =>
    buckets.reduce((total, count, i) => total + count * centres[i]! ** power, 0);
  return [
    double(1, low),
    double(2, high),
    double(3, sum(0)),
    double(4, sum(1)),
    double(5, sum(2)),
    packedDoubles(6, limits),
    packedDoubles(7, buckets),
  ];
}

/** A frame: length, checksum of the length, the data, checksum of the data. */
function frame(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, data.length, true);
  return concat([length, checksum(length), data, checksum(data)]);
}

function checksum(bytes: Uint8Array): Uint8Array {
  const crc = new Uint8Array(4);
  new DataView(crc.buffer).setUint32(0, maskedCrc32c(bytes), true);
  return crc;
}
