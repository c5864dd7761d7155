/** Node (main or worker thread), as opposed to a browser. Node modules are imported only behind this. */
export const isNode = typeof process !== 'undefined' && typeof process.versions?.node === 'string';
