/** What was typed, ready to be typed again: but for passwords in addresses, since this is printed and kept in reports. */
export function commandLine(
  args: readonly string[] = process.argv.slice(2),
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const start = env['npm_command'] === 'exec' ? 'npx bbb' : 'bbb';
  return [start, ...args.map(withoutPassword).map(quote)].join(' ');
}

function withoutPassword(arg: string): string {
  if (!/^(--[\w-]+=)?[a-z+]+:\/\//i.test(arg)) return arg;
  return arg
    .replace(/(:\/\/[^:/@]*):.*@/s, '$1:PASSWORD@')
    .replaceAll(/([?&]password=)[^&]*/gi, '$1PASSWORD');
}

/** For a POSIX shell. */
function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
