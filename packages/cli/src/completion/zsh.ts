import { pathCases, quoted } from './posix.js';
import type { CompletedCommand, CompletedOption } from './tree.js';

/** A script for zsh, with a description of each word. @param commands all commands, bbb itself first */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef bbb
# Completion of bbb for zsh: eval "$(bbb completion zsh)" after compinit
_bbb() {
  local path="" word i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "\${path:+$path }$word" in
${pathCases(commands)}
    esac
  done
  case "$path \${words[CURRENT-1]}" in
${commands.flatMap(valueCases).join('\n')}
  esac
  local -a described
  case "$path" in
${commands.map(wordsCase).join('\n')}
  esac
  _describe -o 'bbb' described || _files
}
if [[ "$funcstack[1]" = _bbb ]]; then _bbb "$@"; else compdef _bbb bbb; fi
`;
}

function valueCases({ path, options }: CompletedCommand): string[] {
  return options.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : [`    ${names.map((name) => quoted(`${path} ${name}`)).join('|')}) ${generated(value)}; return ;;`],
  );
}

function generated(value: NonNullable<CompletedOption['value']>): string {
  if (value === 'any') return "_message 'value'";
  return value === 'path' ? '_files' : `compadd -- ${value.map(quoted).join(' ')}`;
}

function wordsCase({ path, below, options }: CompletedCommand): string {
  const words = [
    ...below.map(({ name, description }) => described(name, description)),
    ...options.flatMap(({ names, description }) => names.map((name) => described(name, description))),
  ];
  return `    ${quoted(path)}) described=(${words.join(' ')}) ;;`;
}

function described(word: string, description: string): string {
  return quoted(`${word}:${description.replaceAll(':', '\\:')}`);
}
