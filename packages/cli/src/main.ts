import { reportFailure } from './errors/report.js';
import { helpTexts } from './help/texts.js';
import { say, tolerateLostOutput } from './io/output.js';
import { createProgram } from './program.js';

tolerateLostOutput();
process.on('uncaughtException', (error) => {
  process.exitCode = reportFailure(error);
  process.exit();
});

// Node's exit code for a promise that will never settle.
const STUCK = 13;
process.on('exit', () => {
  if (process.exitCode !== STUCK) return;
  say('error: A configuration file or a plugin waits for a promise that never settles.');
});

try {
  const help = await helpTexts(process.argv.slice(2));
  const program = createProgram({
    ...(help ? { help } : {}),
    onExit: (code) => {
      process.exitCode = code;
    },
  });
  if (process.argv.length > 2) await program.parseAsync();
  else program.outputHelp();
} catch (error) {
  process.exitCode = reportFailure(error);
}
