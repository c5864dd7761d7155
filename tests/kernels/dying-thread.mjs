// A helper thread that ends in the middle of its first part, as a thread without memory does.
import { Word } from '../../packages/kernels/dist/threads/protocol.js';

const { add } = Atomics;
Atomics.add = (words, index, value) => {
  const before = add(words, index, value);
  const tookPart = index === Word.NEXT && before < words[Word.PARTS];
  if (tookPart) process.exit(7);
  return before;
};

await import('../../packages/kernels/dist/threads/node-thread.js');
