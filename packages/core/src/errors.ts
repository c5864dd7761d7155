// An entry of its own, for programs that want errors and nothing else of core.
export * from '@bbb/base/errors';
