/** What the shell blocks of a page tell to type, a command a line, without comments. */
export function typedCommands(page: string): string[] {
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.replaceAll(/\\\n\s*/g, '').split(/\n|&&/))
    .map((line) => line.replace(/(^|\s)#.*/, '').trim())
    .filter((line) => line !== '');
}
