import { createCurves } from './curves.js';
import { byId } from './dom.js';
import { createDetail } from './detail/detail.js';
import { createFilterBar } from './filter-bar.js';
import { drawHeader } from './header.js';
import { follow } from './live.js';
import { createParallel } from './parallel/parallel.js';
import { createRanges } from './parallel/ranges.js';
import { createState, type View } from './state.js';
import { createTable } from './table.js';

const parts: ((view: View) => void)[] = [];
const state = createState((view) => {
  for (const draw of parts) draw(view);
});
const detail = createDetail();
parts.push(
  drawHeader,
  createFilterBar(state),
  createCurves(detail.open),
  createParallel(state, detail.open),
  createRanges(state),
  createTable(detail.open),
  detail.draw,
);
// The server puts each sweep of several into a folder of this name.
byId('all').hidden = !/\/sweeps\/[^/]+\/$/.test(location.pathname);
follow(state);
