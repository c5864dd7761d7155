/** Numbers of a chunk: a megabyte. */
const CHUNK = 1 << 18;

/** Stores rows of float32 numbers in chunks, so that nothing is copied when the store grows. */
export interface RowStore {
  readonly width: number;
  readonly count: number;
  push(row: ArrayLike<number>): void;
  /** Calls `take` with every row, in order, and frees each chunk after its rows. The store is empty afterwards. */
  drain(take: (chunk: Float32Array, at: number, row: number) => void): void;
}

export function rowStore(width: number): RowStore {
  const rows = Math.max(1, Math.floor(CHUNK / width));
  const chunks: (Float32Array | undefined)[] = [];
  let count = 0;
  return {
    width,
    get count() {
      return count;
    },
    push(row) {
      const at = count % rows;
      if (at === 0) chunks.push(newChunk(rows * width));
      chunks.at(-1)!.set(row, at * width);
      count++;
    },
    drain(take) {
      for (let c = 0; c < chunks.length; c++) {
        const chunk = chunks[c]!;
        const last = Math.min(rows, count - c * rows);
        for (let r = 0; r < last; r++) take(chunk, r * width, c * rows + r);
        chunks[c] = undefined;
        // Frees the memory now: the rows are copied to another place, and there may be gigabytes of them.
        (chunk.buffer as ResizableBuffer).resize(0);
      }
    },
  };
}

/** Node 20 has it; the types of ES2023 do not. */
interface ResizableBuffer extends ArrayBuffer {
  resize(bytes: number): void;
}

function newChunk(length: number): Float32Array {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  const Resizable = ArrayBuffer as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
  return new Float32Array(new Resizable(bytes, { maxByteLength: bytes }));
}
