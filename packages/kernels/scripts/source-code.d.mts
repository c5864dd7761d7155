export function codeOf(text: string): string;
