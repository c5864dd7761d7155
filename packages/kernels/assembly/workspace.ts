/**
 * Working memory that the caller lends to this module once, before any other function of it runs: static data would overwrite
 * somebody's tensor. Nothing in it outlives an exported call.
 */
let workspace: usize = 0;

/** Elements that a fused kernel takes at a time: few enough for its buffers to stay in the first-level cache. */
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
 * A loop constant. V8 makes a vector constant anew (3 instructions) at every use, in every turn of a loop; what was loaded from
 * memory before the loop it keeps in a register. `i` tells the pins of one function apart.
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
 * A vector that stands for the last one to three elements of an array: kernels take four elements at a time, and for the rest they
 * call themselves with a slot in the place of every array they write ({@link slotOf} where they read it as well), then
 * {@link store3}. Reading up to three elements past an array is harmless: something of the heap always follows it.
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

/** A slot with the last n elements of an array, one to three, and zeros: for kernels that read no further. */
export function restOf(i: usize, p: usize, n: i32): usize {
  v128.store(slot(i), i32x4.splat(0));
  store3(slot(i), p, n);
  return slot(i);
}

/** Stores the first one to three elements of a slot. */
export function store3(p: usize, slot: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) store<f32>(p + (i << 2), load<f32>(slot + (i << 2)));
}

/** The number of elements, rounded up to whole vectors, in bytes: where a loop over a buffer ends. */
// @ts-ignore: decorator
@inline
export function wholeBytes(n: i32): usize {
  return <usize>((n + 3) & ~3) << 2;
}
