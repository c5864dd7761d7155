import { Option, type Command } from 'commander';
import { dimension, type SpaceAxis } from '../parse/dimension.js';
import { collect } from '../parse/list.js';
import { count } from '../parse/number.js';

/** Flags that choose configurations, and stop trials early. */
export interface SearchFlags {
  readonly sampler?: string;
  readonly trials?: number;
  readonly space?: readonly SpaceAxis[];
  readonly scheduler?: string;
  readonly objective?: 'validationError' | 'validationNll';
}

export function addSearchOptions(command: Command): Command {
  return command
    .optionsGroup('Search:')
    .option('--trials <n>', 'configurations to try; each with every seed', count)
    .option(
      '--space <path=kind:...>',
      'what to choose: a path with uniform:LOW:HIGH, logUniform:LOW:HIGH, int:LOW:HIGH or choice:A,B,C; repeatable',
      collect(dimension),
    )
    .option('--sampler <name>', 'how configurations are proposed (bbb plugins lists the samplers)')
    .option('--scheduler <name>', 'what stops hopeless trials early (bbb plugins lists them)')
    .addOption(
      new Option('--objective <name>', 'what is minimised').choices(['validationError', 'validationNll']),
    );
}
