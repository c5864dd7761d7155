import { BbbError, createRegistry } from '@bbb/core';
import builtIns from '@bbb/plugins';

try {
  createRegistry([builtIns]).get('methods', 'dropuot');
} catch (error) {
  if (!(error instanceof BbbError)) throw error;
  console.log(error.code); // E_UNKNOWN_NAME
}
