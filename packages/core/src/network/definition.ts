import type { ZodType } from 'zod';
import type { Architecture } from './architecture.js';
import type { Shape } from './shape.js';

/** The data that a network has to fit. */
export interface NetworkContext {
  /** Shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape;
  /** Number of outputs that the likelihood needs for one example. */
  readonly outputs: number;
}

/** A hidden layer of a network that was trained elsewhere: its kind, and what the kind needs, e.g. `{ kind: 'dense', units: 100 }`. */
export interface HiddenLayer {
  readonly kind: string;
}

/** A named family of networks: plugin kind `networks`. `Options` is plain JSON, checked by the schema. */
export interface NetworkDefinition<Options = unknown> {
  /** One sentence for `bbb plugins`. */
  readonly description: string;
  /** Where it comes from: paper, section. */
  readonly source?: string;
  /** A strict zod object; every option has a default and a `.describe()`. */
  readonly options: ZodType<Options>;
  /**
   * The architecture for these data; {@link architectureOf} makes one of a list of layers. A pure function of its arguments. It must be cheap,
   * because it is also called to count weights.
   * @throws BbbError `E_NETWORK` if the network does not fit the data; the message has the numbers
   */
  create(options: Options, context: NetworkContext): Architecture;
  /**
   * Options with which this network has these hidden layers, in this order, before its output layer; undefined if it can't have them. `bbb import`
   * asks all networks and takes the first that answers. Absent: it is not called.
   */
  optionsFor?(hidden: readonly HiddenLayer[]): Readonly<Record<string, unknown>> | undefined;
}
