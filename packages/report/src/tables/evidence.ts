import { settingTitle, type Setting } from '../data/groups.js';
import { estimateOver } from '../data/measure.js';
import { estimated, left, right, text, type Table } from './table.js';

/**
 * The log marginal likelihood of the dense networks, in full and for each training example.
 * @returns undefined if no method gives one
 */
export function evidenceTable(setting: Setting): Table | undefined {
  const groups = setting.groups.filter(({ results }) =>
    results.some(({ logEvidence }) => logEvidence !== undefined),
  );
  if (groups.length === 0) return undefined;
  return {
    id: 'evidence',
    title: `Log evidence: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      right('log_evidence', 'log evidence (nats)'),
      right('log_evidence_per_example', 'for each training example'),
    ],
    rows: groups.map((group) => [
      text(group.name),
      estimated(
        estimateOver(group, ({ logEvidence }) => logEvidence),
        'fixed1',
      ),
      estimated(
        estimateOver(group, ({ logEvidence, examples }) =>
          logEvidence === undefined ? undefined : logEvidence / examples.train,
        ),
        'fixed4',
      ),
    ]),
    notes: [
      'How probable the training targets are under the model, its weights averaged out: higher is better, without any held-out example. Each method says it by an approximation of its own, so compare settings of one method rather than methods.',
    ],
  };
}
