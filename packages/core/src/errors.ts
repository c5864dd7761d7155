/**
 * Errors with a stable code and a hint. Import `@bbb/core/errors` where nothing else of core is needed.
 *
 * @packageDocumentation
 */
export * from '@bbb/base/errors';
