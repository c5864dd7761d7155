/** How a process ends; scripts branch on these. */
export const EXIT = {
  done: 0,
  /** Some trials failed, or something broke that nobody expected. */
  failed: 1,
  /** What was typed or configured can't be done. */
  usage: 2,
  /** The stored results are damaged. */
  damaged: 3,
  /** Out of disk; the same command resumes. */
  disk: 4,
  /** Ctrl-C; the same command resumes. */
  interrupted: 130,
  terminated: 143,
} as const;
