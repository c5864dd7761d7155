import { reportFailure } from './errors/report.js';
import { tolerateClosedPipes } from './io/output.js';
import { presetHelp } from './io/preset-help.js';
import { createProgram } from './program.js';

tolerateClosedPipes();
process.on('uncaughtException', (error) => {
  process.exitCode = reportFailure(error);
  process.exit();
});

try {
  const presets = await presetHelp(process.argv.slice(2));
  const program = createProgram({
    presets,
    onExit: (code) => {
      process.exitCode = code;
    },
  });
  if (process.argv.length > 2) await program.parseAsync();
  else program.outputHelp();
} catch (error) {
  process.exitCode = reportFailure(error);
}
