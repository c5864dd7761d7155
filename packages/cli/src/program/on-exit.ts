/** Called with the exit code of a command. */
export type OnExit = (code: number) => void;
