/** The commands in the shell blocks of a page, one for each line, without comments. */
export function typedCommands(page: string): string[] {
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.replaceAll(/\\\n\s*/g, '').split(/\n|&&/))
    .map((line) => line.replace(/(^|\s)#.*/, '').trim())
    .filter((line) => line !== '');
}
