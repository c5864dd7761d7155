import type { Command } from 'commander';
import { PROGRAM_EXAMPLES } from './help/examples.js';
import { showDefaults } from './help/show-defaults.js';
import type { HelpTexts } from './help/texts.js';
import { print, say } from './io/output.js';
import { VERSION } from './io/version.js';
import { CliCommand } from './parse/command.js';
import { addBandit } from './program/bandit.js';
import { addBest } from './program/best.js';
import { addCompletion } from './program/completion.js';
import { addData } from './program/data.js';
import { addEvaluate } from './program/evaluate.js';
import { addExplain } from './program/explain.js';
import { addExport } from './program/export.js';
import { addHelpCommand } from './program/help.js';
import { addImport } from './program/import.js';
import { addInit } from './program/init.js';
import type { OnExit } from './program/on-exit.js';
import { addPlugins } from './program/plugins.js';
import { addPredict } from './program/predict.js';
import { addPrune } from './program/prune.js';
import { addReport } from './program/report.js';
import { addServe } from './program/serve.js';
import { addSweep } from './program/sweep.js';
import { addTrain } from './program/train.js';
import { addWorker } from './program/worker.js';

export interface ProgramSettings {
  /** Called with the exit code of a command. */
  readonly onExit: OnExit;
  /** The parts of help that only plugins know. */
  readonly help?: HelpTexts;
}

/**
 * Every command and its options. The code of a command is loaded when it is run. Parsing throws a UsageError for what is typed wrong, and
 * commander's CommanderError when help or the version was shown.
 *
 * @param settings the callback that gets the exit code of a command, and what help shows that only plugins know
 */
export function createProgram({ onExit, help }: ProgramSettings): Command {
  const program = new CliCommand('bbb')
    .description('Which way of training gives a network whose weights can be thrown away?')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', TEXT)
    // Options after a subcommand belong to it: `sweep` and `sweep status` have some of the same names.
    .enablePositionalOptions()
    // Help contains descriptions from plugins, so it is written as plain text.
    .configureOutput({ writeOut: (text) => void print(text), writeErr: (text) => say(text.trimEnd()) })
    .exitOverride();

  // Help lists the commands in this order.
  addSweep(program, onExit, help?.presets ?? '');
  addTrain(program, onExit);
  addBandit(program, onExit);
  addWorker(program, onExit);
  addPrune(program, onExit);
  addExport(program, onExit);
  addImport(program, onExit);
  addEvaluate(program, onExit);
  addPredict(program, onExit);
  addReport(program, onExit);
  addBest(program, onExit);
  addServe(program, onExit);
  addPlugins(program, onExit);
  addData(program, onExit);
  addInit(program, onExit);
  addExplain(program, onExit);
  addCompletion(program, onExit);
  addHelpCommand(program);
  if (help) showDefaults(program, help.defaults);
  return program;
}

const TEXT = `${PROGRAM_EXAMPLES}

Text for people goes to standard error, data to standard output.
Exit codes: 0 done, 1 some trials failed, 2 wrong usage, 3 damaged results, 4 disk full,
130 interrupted (Ctrl-C), 143 terminated (SIGTERM).`;
