// Small matrices as lists of rows, in double precision. Tests compute closed forms with them.

/** x with M x = y, by elimination with pivots. */
export function solve(m: readonly (readonly number[])[], y: readonly number[]): number[] {
  const rows = m.map((row, i) => [...row, y[i]!]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    const pivot = rows
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c]!) > Math.abs(rows[best]![c]!) ? c + i : best), c);
    [rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!];
    for (let r = c + 1; r < n; r++) {
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let k = c; k <= n; k++) rows[r]![k]! -= factor * rows[c]![k]!;
    }
  }
  const x: number[] = Array.from({ length: n }, () => 0);
  for (let r = n - 1; r >= 0; r--) {
    let rest = rows[r]![n]!;
    for (let k = r + 1; k < n; k++) rest -= rows[r]![k]! * x[k]!;
    x[r] = rest / rows[r]![r]!;
  }
  return x;
}

/** Of a symmetric matrix. */
export function inverse(m: readonly (readonly number[])[]): number[][] {
  return m.map((_, i) =>
    solve(
      m,
      m.map((_row, j) => (i === j ? 1 : 0)),
    ),
  );
}

/** L with L L^T = M, of a positive definite matrix. */
export function cholesky(a: readonly (readonly number[])[]): number[][] {
  const L = a.map((row) => row.map(() => 0));
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const rest = row[j]! - L[i]!.slice(0, j).reduce((s, v, k) => s + v * L[j]![k]!, 0);
      L[i]![j] = i === j ? Math.sqrt(rest) : rest / L[j]![j]!;
    }
  });
  return L;
}
