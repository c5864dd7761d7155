/**
 * The caller gives this module working memory once, before it calls any other function. The module can have no static data, because that
 * would overwrite a tensor. The contents are valid only during one exported call.
 */
let workspace: usize = 0;

/** How many elements a fused kernel processes at a time. Its buffers then fit into the first-level cache. */
export const BLOCK: i32 = 512;

const PINS: usize = 512;
const SLOTS: usize = 192;
const BUFFERS: usize = 4;

export function workspaceBytes(): usize {
  return PINS + SLOTS + BUFFERS * (<usize>BLOCK << 2);
}

export function useWorkspace(pointer: usize): void {
  workspace = pointer;
}

/** One of four buffers of {@link BLOCK} floats. */
// @ts-ignore: decorator
@inline
export function buffer(i: usize): usize {
  return workspace + PINS + SLOTS + i * (<usize>BLOCK << 2);
}

/**
 * A constant of a loop. V8 builds a vector constant again (3 instructions) at every use in every iteration. A value that was loaded from
 * memory before the loop stays in a register. `i` is the number of the constant within a function.
 */
// @ts-ignore: decorator
@inline
export function pin(i: usize, x: v128): v128 {
  v128.store(workspace + (i << 4), x);
  return v128.load(workspace + (i << 4));
}

// @ts-ignore: decorator
@inline
export function pinned(i: usize, x: f32): v128 {
  return pin(i, f32x4.splat(x));
}

/**
 * Room for one vector that holds the last one to three elements of an array. Kernels process four elements at a time. For the rest they call
 * themselves with a slot instead of every array that they write ({@link slotOf} if they read it too), then {@link store3}. Reading up to
 * three elements after the end of an array is harmless, because an array is never at the end of the heap.
 */
// @ts-ignore: decorator
@inline
export function slot(i: usize): usize {
  return workspace + PINS + (i << 4);
}

export function slotOf(i: usize, p: usize): usize {
  v128.store(slot(i), v128.load(p));
  return slot(i);
}

/** A slot with the last n elements of an array (one to three), then zeros. For kernels that must not read after the end of an array. */
export function restOf(i: usize, p: usize, n: i32): usize {
  v128.store(slot(i), i32x4.splat(0));
  store3(slot(i), p, n);
  return slot(i);
}

/** Stores the first one to three elements of a slot. */
export function store3(p: usize, slot: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) store<f32>(p + (i << 2), load<f32>(slot + (i << 2)));
}

/** Bytes of n elements, rounded up to whole vectors. A loop over a buffer ends there. */
// @ts-ignore: decorator
@inline
export function wholeBytes(n: i32): usize {
  return <usize>((n + 3) & ~3) << 2;
}
