import type { BuiltInOptions } from '@bbb/plugins';
import type { TensorboardOptions } from '@bbb/report';
import type { SweepPluginOptions } from '@bbb/sweep';

type NoOptions = Readonly<Record<string, never>>;

/** The options of the executor of `@bbb/sweep-bullmq`. They are repeated here because that package is optional; a test compares the two. */
export interface BullmqExecutorOptions {
  /** Address of the server: `redis://host:6379` or `postgres://user@host/database`. */
  readonly queue: string;
  /** `host:port` where machines that don't share the sweep's folder upload results. Default: all machines share it. */
  readonly listen?: string | undefined;
}

/** The options of everything that ships with bbb, by kind and name. */
export interface KnownOptions extends BuiltInOptions {
  readonly executors: SweepPluginOptions['executors'] & { readonly bullmq: BullmqExecutorOptions };
  readonly stores: SweepPluginOptions['stores'];
  readonly reporters: SweepPluginOptions['reporters'] & {
    readonly live: NoOptions;
    readonly lines: NoOptions;
    readonly events: NoOptions;
    readonly tensorboard: TensorboardOptions;
  };
}

/** `options` may be left out, unless one of them has no default. */
type WithOptions<Options> =
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- whether nothing at all will do is the question
  Record<never, never> extends Options ? { readonly options?: Options } : { readonly options: Options };

/** The names of a kind that ship with bbb, which an editor offers, and any other name, which a plugin may contribute. */
export type NameOf<Kind extends keyof KnownOptions> = (keyof KnownOptions[Kind] & string) | (string & {});

/**
 * One entry that names something of a kind. A name that ships with bbb has typed options. Any other name, with any options, is
 * allowed only in a file that loads plugins: elsewhere it is a compile error.
 */
export type UseOf<
  Kind extends keyof KnownOptions,
  Name extends string,
  Plugins,
> = Name extends keyof KnownOptions[Kind]
  ? { readonly use: Name } & WithOptions<KnownOptions[Kind][Name]>
  : [Plugins] extends [never]
    ? {
        readonly use: keyof KnownOptions[Kind] & string;
        readonly options?: Readonly<Record<string, unknown>>;
      }
    : { readonly use: Name; readonly options?: Readonly<Record<string, unknown>> };
