import { byId, elementOf, make, setText } from '../client/dom.js';
import type { Threshold } from './models.js';
import { percent, riskText } from './verdict.js';

/** The choice of the highest error that answers may have, with the probability that this error requires. */
export interface Risks {
  /** Offers the risks of another model. The chosen risk is kept if the new model has it. */
  readonly show: (thresholds: readonly Threshold[]) => void;
  /** The chosen threshold. Undefined means that every answer is given. */
  readonly chosen: () => Threshold | undefined;
}

/** @param changed called when the user chose another risk */
export function createRisks(changed: () => void): Risks {
  const select = elementOf('risk', HTMLSelectElement);
  let known: readonly Threshold[] = [];
  const chosen = (): Threshold | undefined => known.find(({ risk }) => String(risk) === select.value);
  const tell = (): void => setText('threshold', thresholdText(chosen()));
  select.addEventListener('change', () => {
    tell();
    changed();
  });
  return {
    show(thresholds) {
      if (thresholds === known) return;
      const before = select.value;
      known = thresholds;
      byId('risks').hidden = known.length === 0;
      select.replaceChildren(
        make('option', { value: '', textContent: 'any: answer always' }),
        ...known.map((one) => make('option', { value: String(one.risk), textContent: riskText(one) })),
      );
      select.value = known.some(({ risk }) => String(risk) === before) ? before : '';
      tell();
    },
    chosen,
  };
}

function thresholdText(threshold: Threshold | undefined): string {
  if (!threshold) return 'Choose a limit: the network then says “I don’t know” when it is not sure enough.';
  const { probability } = threshold;
  return probability > 1
    ? 'Even the surest answers of this network are wrong more often, so it never answers.'
    : `It answers if a class has a probability of at least ${percent(probability, 1)}: on held-out images, no more of such answers were wrong.`;
}
