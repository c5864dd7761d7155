import type { PruneScope } from '@bbb/core';
import type { ConfigFlags } from './config.js';
import type { RunFlags } from './run.js';
import type { SearchFlags } from './search.js';
import type { SetFlags } from './data.js';
import type { Assignment } from '../parse/assignment.js';

/** Flags of each command, in the form that commander gives. */
export interface SweepFlags extends ConfigFlags, RunFlags, SearchFlags {
  /** A configuration file; `false` for none. Absent: `bbb.config.*` of this folder, if there is one. */
  readonly config?: string | false;
  readonly preset?: string;
  readonly methods?: readonly string[];
  /** Number of seeds: seeds 0 to n - 1. */
  readonly seeds?: number;
  readonly seedList?: readonly number[];
}

/** Flags of the commands for a sweep's folder. */
export interface FolderFlags {
  readonly json?: true;
}

/** The data that the shown results must belong to. */
export interface CheckFlags {
  readonly dataDir?: string;
  readonly plugin?: readonly string[];
}

export interface StatusFlags extends FolderFlags, CheckFlags {}

export interface ExportFlags {
  readonly format: 'csv' | 'json' | 'parquet';
  readonly table: 'evaluations' | 'epochs';
  readonly out?: string;
  readonly force?: true;
}

/** A sweep's flags. Those about trials and where they run have no meaning for agents. */
export interface BanditFlags extends SweepFlags {
  readonly rounds?: number;
  readonly steps?: number;
  readonly every?: number;
  /** The class that is poisonous. */
  readonly bad?: string;
  readonly agents?: readonly string[];
}

export interface TrainFlags extends ConfigFlags, RunFlags {
  readonly method: string;
  /** The method's own options. */
  readonly option?: readonly Assignment[];
  readonly seed: number;
}

interface PluginFlags {
  readonly plugin?: readonly string[];
  readonly json?: true;
}

export interface InspectFlags extends PluginFlags, SetFlags {
  readonly out?: string;
  readonly force?: true;
  /** Whether examples are drawn. Absent means: only on a terminal. */
  readonly show?: boolean;
}

/** How a stored network is pruned. */
export interface PruningFlags {
  readonly share: number;
  /** Criterion. Absent members have the values of the network's trial. */
  readonly pruner?: string;
  readonly prunerOption?: readonly Assignment[];
  readonly scope?: PruneScope;
  readonly include?: readonly ('weight' | 'bias')[];
}

export interface NetworkExportFlags extends PluginFlags {
  readonly format: readonly ExportFormat[];
  /** Share of the weights that are removed first. Absent means none. */
  readonly prune?: number;
  readonly pruner?: string;
  readonly prunerOption?: readonly Assignment[];
  readonly scope?: PruneScope;
  readonly include?: readonly ('weight' | 'bias')[];
  readonly samples: number;
  readonly quantise: 'none' | 'uint8' | 'uint16';
  /** Folder of the data that the page's images come from. */
  readonly dataDir?: string;
  readonly out?: string;
  readonly force?: true;
}

export interface ImportFlags extends PluginFlags {
  /** The data set that the network was trained on. */
  readonly dataset: string;
  readonly datasetOption?: readonly Assignment[];
  readonly dataDir?: string;
  readonly method?: string;
  readonly option?: readonly Assignment[];
  readonly divisor?: number;
  /** Mean of the features after the division by `divisor`. */
  readonly mean?: number;
  readonly sd?: number;
  readonly limit?: number;
  /** Test examples that temperature and sets are fitted on. */
  readonly calibration?: number;
  readonly activation?: 'relu' | 'tanh';
  readonly pool?: 'max-pool' | 'average-pool' | 'none';
  readonly out?: string;
  readonly force?: true;
}

export const EXPORT_FORMATS = ['sparse', 'onnx', 'tfjs', 'page'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Number of threads that compute. No result depends on it. */
interface ThreadFlags {
  readonly threads?: number;
}

export interface PruneFlags extends PluginFlags, PruningFlags, ThreadFlags {
  readonly out?: string;
  readonly sparse?: true;
  readonly dataDir?: string;
  readonly force?: true;
}

export interface EvaluateFlags extends PluginFlags, ThreadFlags {
  readonly dataset?: string;
  readonly datasetOption?: readonly Assignment[];
  readonly dataDir?: string;
  readonly ood?: string;
  readonly samples: number;
}

export interface PredictFlags extends PluginFlags, ThreadFlags {
  readonly samples?: number;
  /** Highest error that answers may have, as a fraction. */
  readonly maxRisk?: number;
  readonly dataDir?: string;
}

export interface ReportFlags extends CheckFlags {
  readonly ensembles?: true;
  readonly out?: string;
  readonly compare?: true;
  /** Label of the method that the answer compares the others with. */
  readonly reference?: string;
  /** Error that pruned networks must stay below on the validation examples. */
  readonly targetError?: number;
  /** Refines the target error's sparsity between the sparsities of the sweep. */
  readonly refine?: true;
  /** Share of the weights removed that the answer is about. */
  readonly sparsity?: number;
  readonly format?: readonly string[];
}

export type BestFlags = PluginFlags;

export interface ServeFlags {
  readonly host: string;
  readonly port: number;
  /** Folder of the data, for a network only. */
  readonly dataDir?: string;
  readonly plugin?: readonly string[];
}

export type PluginsFlags = PluginFlags;

export interface DataFlags {
  readonly dataDir?: string;
  readonly json?: true;
}

export interface InitFlags {
  readonly dir?: string;
  readonly dryRun?: true;
  readonly json?: true;
}
