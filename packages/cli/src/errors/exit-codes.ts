/** Exit codes of the process, which scripts may depend on. */
export const EXIT = {
  done: 0,
  /** Some trials failed, or an unexpected error occurred. */
  failed: 1,
  /** The command or the configuration asks for something impossible. */
  usage: 2,
  /** The stored results are damaged. */
  damaged: 3,
  /** The disk is full. The same command resumes. */
  disk: 4,
  /** Ctrl-C was pressed. The same command resumes. */
  interrupted: 130,
  terminated: 143,
} as const;
