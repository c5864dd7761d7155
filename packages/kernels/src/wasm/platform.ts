/** Whether this is Node (main or worker thread) and not a browser. Node modules may only be imported if it is. */
export const isNode = typeof process !== 'undefined' && typeof process.versions?.node === 'string';
