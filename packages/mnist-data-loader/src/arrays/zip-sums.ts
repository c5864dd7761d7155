const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const MOST_COMMENT = 65_535;

/** Check sums (CRC-32) of the members of a zip archive by their names. They are read from its directory, so only members in it have one. */
export function zipSums(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sums = new Map<string, number>();
  const end = endOf(view);
  if (end === undefined) return sums;
  let at = view.getUint32(end + 16, true);
  while (at + ENTRY_BYTES <= end && view.getUint32(at, true) === ENTRY) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const text = bytes.slice(at + ENTRY_BYTES, at + ENTRY_BYTES + name!);
    sums.set(new TextDecoder().decode(text), view.getUint32(at + 16, true));
    at += ENTRY_BYTES + name! + extra! + comment!;
  }
  return sums;
}

/** Position of the record that ends the directory. A comment of any length may follow it. */
function endOf(view: DataView): number | undefined {
  const first = view.byteLength - END_BYTES;
  for (let at = first; at >= Math.max(0, first - MOST_COMMENT); at--)
    if (view.getUint32(at, true) === END) return at;
  return undefined;
}
