import type { ZodType } from 'zod';
import type { Architecture } from './architecture.js';
import type { Shape } from './shape.js';

/** What a network has to fit. */
export interface NetworkContext {
  /** Of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape;
  /** Numbers that the likelihood needs for one example. */
  readonly outputs: number;
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
   * The layers for these data, a pure function of its arguments: {@link architectureOf} makes an architecture of them. Cheap, for it is
   * called to count weights, too.
   * @throws BbbError `E_NETWORK` when the network does not fit the data, with the numbers
   */
  create(options: Options, context: NetworkContext): Architecture;
}
