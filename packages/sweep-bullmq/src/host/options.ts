export interface WorkerOptions {
  /** Where sweeps are announced: as `BullmqOptions.queue`. */
  readonly queue: string;
  /** Trials at a time. Default: the cores this process may use. */
  readonly workers?: number;
  /** As `loadPlugins` takes them, the built-in ones included. */
  readonly plugins: readonly string[];
  readonly cwd: string;
  readonly dataDir?: string;
  /** The sweep's folder as this host sees it, where that is not as the coordinator does. */
  readonly dir?: string;
  /** Coordinators that files may be uploaded to, `host` or `host:port`. Default: none. */
  readonly uploadTo?: readonly string[];
  /** Hand files over by upload even where the folder is shared. Default false. */
  readonly upload?: boolean;
  /** After so long without a sign of life, this host's trials go to others, seconds. */
  readonly leaseSeconds: number;
  /** Leave after so long with nothing to do, seconds. Default: never. */
  readonly idleSeconds?: number;
  /** Aborted: stop every trial at its next checkpoint, and give it back. */
  readonly signal: AbortSignal;
  /** Aborted: leave at once. */
  readonly kill: AbortSignal;
  /** One line for people. */
  readonly say: (text: string) => void;
}
