/**
 * The number at a position of the ascending order, from 0 (Hoare's find, 1961). It reorders `values`, which must not contain NaN.
 */
export function nthSmallest(values: Float32Array | Float64Array, place: number): number {
  for (let [low, high] = [0, values.length - 1]; low < high;) {
    const pivot = medianOf(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const left = values[i]!;
      values[i++] = values[j]!;
      values[j--] = left;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place]!;
}

function medianOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
