import { pathCases, quoted } from './posix.js';
import type { CompletedCommand, CompletedOption } from './tree.js';

/** A script for bash 4.2 or newer. @param commands all commands, bbb itself first */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completion of bbb for bash: eval "$(bbb completion bash)"
_bbb() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "\${path:+$path }$word" in
${pathCases(commands)}
    esac
  done
  COMPREPLY=()
  case "$path $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$path" in
${commands.map(wordsCase).join('\n')}
  esac
  [[ \${#COMPREPLY[@]} -gt 0 || "$current" == -* ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _bbb bbb
`;
}

function valueCases({ path, options }: CompletedCommand): string[] {
  return options.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : [
          `    ${names.map((name) => quoted(`${path} ${name}`)).join('|')}) COMPREPLY=(${generated(value)}); return ;;`,
        ],
  );
}

function generated(value: NonNullable<CompletedOption['value']>): string {
  if (value === 'any') return '';
  if (value === 'path') return '$(compgen -f -- "$current")';
  return `$(compgen -W ${quoted(value.join(' '))} -- "$current")`;
}

function wordsCase({ path, below, options }: CompletedCommand): string {
  const words = [...below.map(({ name }) => name), ...options.flatMap(({ names }) => names)];
  return `    ${quoted(path)}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$current")) ;;`;
}
