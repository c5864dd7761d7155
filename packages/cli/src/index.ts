/**
 * The command line of bbb, for programs that embed it: {@link createProgram} declares the commands (commander), {@link describeFailure} turns what they
 * throw into a message and an exit code.
 *
 * Most users type `bbb` and import only `@bbb/cli/config`, in `bbb.config.ts`.
 *
 * @packageDocumentation
 */
export { createProgram, type ProgramSettings } from './program.js';
export { describeFailure } from './errors/describe.js';
export type { Failure } from './errors/failure.js';
export { EXIT } from './errors/exit-codes.js';
