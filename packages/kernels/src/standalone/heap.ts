import { KernelError } from '../errors.js';
import type { Heap } from '../wasm/kernels.js';

const PAGE = 65_536;
/** The most bytes that WebAssembly can address. */
export const MOST_PAGES = 65_536;
export const MOST_BYTES: number = MOST_PAGES * PAGE;
/** Blocks begin at multiples of this: a cache line, four vectors. */
const LINE = 64;
/** Bytes that are kept free at both ends: kernels read up to a cache line past an array, and address 0 stands for "none". */
const MARGIN = LINE;

interface Gap {
  at: number;
  bytes: number;
}

/**
 * A heap in a memory of its own. A block is put into the first gap that is large enough; neighbouring gaps are merged; if there is no gap,
 * the memory grows. The list of blocks is outside of the memory, so a kernel that writes to a wrong address can't damage it. Threads may
 * share the memory if only one of them allocates.
 *
 * @param memory the memory to allocate from; nothing else may allocate in it
 * @param limit bytes that the memory may grow to
 */
export function createHeap(memory: WebAssembly.Memory, limit: number): Heap {
  const most = Math.floor(limit / PAGE) * PAGE;
  const taken = new Map<number, number>();
  // The gaps, in ascending order of their addresses.
  const gaps: Gap[] = [{ at: MARGIN, bytes: memory.buffer.byteLength - 2 * MARGIN }];

  /** Makes the last gap at least so large. */
  const grow = (bytes: number): void => {
    const end = memory.buffer.byteLength - MARGIN;
    const last = gaps.at(-1);
    const free = last && last.at + last.bytes === end ? last.bytes : 0;
    const size = memory.buffer.byteLength;
    // Grows by at least a quarter, so that many small blocks do not grow the memory many times.
    const wanted = Math.min(most, Math.max(size + bytes - free, size + size / 4));
    const pages = Math.ceil((wanted - size) / PAGE);
    if (size + bytes - free > most || !grown(memory, pages)) {
      throw new KernelError(
        'KERNEL_MEMORY',
        `no room for ${bytes} bytes: ${size} are in use or lost between blocks, and the limit is ${limit}. Free some operands, or raise maximumBytes.`,
      );
    }
    insert(gaps, { at: end, bytes: pages * PAGE });
  };

  return {
    memory,
    malloc(bytes) {
      const size = Math.max(LINE, Math.ceil(bytes / LINE) * LINE);
      let index = gaps.findIndex((gap) => gap.bytes >= size);
      if (index < 0) {
        grow(size);
        index = gaps.length - 1;
      }
      const gap = gaps[index]!;
      const { at } = gap;
      gap.at += size;
      gap.bytes -= size;
      if (gap.bytes === 0) gaps.splice(index, 1);
      taken.set(at, size);
      return at;
    },
    free(at) {
      const bytes = taken.get(at);
      if (bytes === undefined) return;
      taken.delete(at);
      insert(gaps, { at, bytes });
    },
  };
}

function grown(memory: WebAssembly.Memory, pages: number): boolean {
  try {
    memory.grow(pages);
    return true;
  } catch {
    return false;
  }
}

/** Inserts a gap in the order of addresses, and merges it with its neighbours. */
function insert(gaps: Gap[], gap: Gap): void {
  let index = gaps.findIndex(({ at }) => at > gap.at);
  if (index < 0) index = gaps.length;
  const before = gaps[index - 1];
  const after = gaps[index];
  if (after && gap.at + gap.bytes === after.at) {
    gap.bytes += after.bytes;
    gaps.splice(index, 1);
  }
  if (before && before.at + before.bytes === gap.at) before.bytes += gap.bytes;
  else gaps.splice(index, 0, gap);
}
