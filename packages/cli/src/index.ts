/** The command line of bbb, for programs that embed it: `createProgram` declares the commands (commander). */
export { createProgram, type ProgramSettings } from './program.js';
export { describeFailure } from './errors/describe.js';
export type { Failure } from './errors/failure.js';
export { EXIT } from './errors/exit-codes.js';
