export function buildWasm(): Promise<boolean>;
