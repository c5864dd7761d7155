const WIDTH = 20;

/** `[#####...............]` for a share in [0, 1]. */
export function barText(share: number): string {
  const full = Math.round(WIDTH * Math.min(1, share));
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`;
}
