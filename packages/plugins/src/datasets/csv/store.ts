/** Numbers of a chunk: a megabyte or two. */
const CHUNK = 1 << 18;

/** Rows of numbers that arrive one by one, in chunks, so that growing copies nothing. */
export interface RowStore {
  readonly width: number;
  readonly count: number;
  push(row: ArrayLike<number>): void;
  /** Hands every row over, in order, and gives up the chunks on its way: the rows are gone afterwards. */
  drain(take: (chunk: Float64Array | Float32Array, at: number, row: number) => void): void;
  /** The values of a column, in order. */
  column(index: number): Float64Array;
}

export function rowStore(width: number, precise = false): RowStore {
  const rows = Math.max(1, Math.floor(CHUNK / width));
  const chunks: (Float64Array | Float32Array | undefined)[] = [];
  let count = 0;
  return {
    width,
    get count() {
      return count;
    },
    push(row) {
      const at = count % rows;
      if (at === 0) chunks.push(newChunk(rows * width, precise));
      chunks.at(-1)!.set(row, at * width);
      count++;
    },
    drain(take) {
      for (let c = 0; c < chunks.length; c++) {
        const chunk = chunks[c]!;
        const last = Math.min(rows, count - c * rows);
        for (let r = 0; r < last; r++) take(chunk, r * width, c * rows + r);
        chunks[c] = undefined;
        // Gives its memory back now: the rows are being copied to another place, and there may be gigabytes.
        (chunk.buffer as ResizableBuffer).resize(0);
      }
    },
    column(index) {
      return Float64Array.from({ length: count }, (_, row) => {
        const c = Math.floor(row / rows);
        return chunks[c]![(row - c * rows) * width + index]!;
      });
    },
  };
}

/** What the types of ES2023 do not know yet, and Node 20 does. */
interface ResizableBuffer extends ArrayBuffer {
  resize(bytes: number): void;
}

function newChunk(length: number, precise: boolean): Float64Array | Float32Array {
  const Numbers = precise ? Float64Array : Float32Array;
  const bytes = length * Numbers.BYTES_PER_ELEMENT;
  const Resizable = ArrayBuffer as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
  return new Numbers(new Resizable(bytes, { maxByteLength: bytes }));
}
