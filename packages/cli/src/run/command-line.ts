/** The command line in a form that can be typed again. Passwords in addresses are left out, because it is printed and kept in reports. */
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

/** Quotes a word for a POSIX shell. */
function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
