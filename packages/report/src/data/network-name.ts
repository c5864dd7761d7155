import { canonicalJson, type Trial } from '@bbb/core';

type Options = Readonly<Record<string, unknown>>;

/**
 * The network of a trial, for people: "hidden 400-400", "no hidden layer", "cnn (conv2d 20 5x5, max-pool 2x2, dense 500)". Layers
 * without numbers of their own (activations) are left out, unless `whole` is true.
 * @param trial a trial
 * @param whole whether layers without numbers of their own are named, too. Default: false
 */
export function networkName({ hidden, network }: Pick<Trial, 'hidden' | 'network'>, whole = false): string {
  if (!network) return hidden.length > 0 ? `hidden ${hidden.join('-')}` : 'no hidden layer';
  const options = Object.entries(network.options).map(([name, value]) =>
    isLayers(value) ? layersText(value, whole) : `${name}=${valueText(value)}`,
  );
  const text = options.filter(Boolean).join(', ');
  return text ? `${network.use} (${text})` : network.use;
}

/**
 * The likelihood of a trial, if the trial names it: "gaussian noise=fixed sd=0.1".
 * @param trial a trial
 */
export function likelihoodName({ likelihood }: Pick<Trial, 'likelihood'>): string {
  if (!likelihood) return '';
  const options = Object.entries(likelihood.options).map(([name, value]) => `${name}=${valueText(value)}`);
  return [likelihood.use, ...options].join(' ');
}

interface Layer extends Options {
  readonly kind: string;
}

function isLayers(value: unknown): value is readonly Layer[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one: unknown) => typeof (one as Options | null)?.['kind'] === 'string')
  );
}

function layersText(layers: readonly Layer[], whole: boolean): string {
  return layers
    .filter(({ kind: _kind, ...numbers }) => whole || Object.keys(numbers).length > 0)
    .map((layer) => layerText(layer, whole))
    .join(', ');
}

/** "conv2d 20 5x5 same". Strides of one and no padding are usual, so they are left out. */
function layerText({ kind, ...options }: Layer, whole: boolean): string {
  const parts = Object.entries(options).flatMap(([name, value]) => {
    const text = valueText(value, 'x');
    if (name === 'stride') return whole || !/^1(x1)*$/.test(text) ? [`stride ${text}`] : [];
    return name === 'padding' && text === 'valid' && !whole ? [] : [text];
  });
  return [kind, ...parts].join(' ');
}

function valueText(value: unknown, between = '-'): string {
  if (typeof value === 'string') return value;
  const plain = Array.isArray(value) && value.every((one) => typeof one === 'number');
  return plain ? value.join(between) || 'none' : canonicalJson(value);
}
