/** What was typed, ready to be typed again. */
export function commandLine(
  args: readonly string[] = process.argv.slice(2),
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const start = env['npm_command'] === 'exec' ? 'npx bbb' : 'bbb';
  return [start, ...args.map(quote)].join(' ');
}

/** For a POSIX shell. */
function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
