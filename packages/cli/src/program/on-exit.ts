/** Told how a command ended. */
export type OnExit = (code: number) => void;
