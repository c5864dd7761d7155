import type { CompletedCommand, CompletedOption } from './tree.js';

/** A script for fish, with a description of each word. @param commands all commands, bbb itself first */
export function fishScript(commands: readonly CompletedCommand[]): string {
  return `# Completion of bbb for fish: bbb completion fish | source
function __bbb_path
  set -l path
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
${commands
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      case ${quoted(before(path))}\n        set path ${quoted(path)}`)
  .join('\n')}
    end
  end
  echo $path
end
${commands.flatMap(lines).join('\n')}
`;
}

/** The text that the function above compares: the commands recognised so far (empty for the first word), a space, the next word. */
function before(path: string): string {
  return path.includes(' ') ? path : ` ${path}`;
}

function lines({ path, below, options }: CompletedCommand): string[] {
  const start = `complete -c bbb -n ${quoted(`test (__bbb_path) = ${path === '' ? '""' : `"${path}"`}`)}`;
  return [
    ...below.map(({ name, description }) => `${start} -f -a ${name} -d ${quoted(description)}`),
    ...options.map((option) => `${start} ${optionText(option)} -d ${quoted(option.description)}`),
  ];
}

function optionText({ names, value }: CompletedOption): string {
  const words = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  if (value === undefined) return words.join(' ');
  if (value === 'path') return `${words.join(' ')} -r -F`;
  return `${words.join(' ')} -x${value === 'any' ? '' : ` -a ${quoted(value.join(' '))}`}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
