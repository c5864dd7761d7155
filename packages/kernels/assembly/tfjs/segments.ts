/**
 * out[ids[i], :] += x[i, :] for x [rows, width] and `out` [segments, width], which is zero before. Rows are added in order. Rows with an id
 * outside [0, segments) are skipped.
 */
export function segmentSum(out: usize, x: usize, ids: usize, rows: i32, width: i32, segments: i32): void {
  for (let i = 0; i < rows; i++) {
    const id = load<i32>(ids + (<usize>i << 2));
    if (<u32>id < <u32>segments) addRow(out + (<usize>id * width << 2), x, width);
    x += <usize>width << 2;
  }
}

function addRow(out: usize, x: usize, width: i32): void {
  const end = out + (<usize>width << 2), vectors = out + ((<usize>width & ~3) << 2);
  for (; out != vectors; out += 16, x += 16) v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
  for (; out != end; out += 4, x += 4) store<f32>(out, load<f32>(out) + load<f32>(x));
}
