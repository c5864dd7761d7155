import { defineMethod, definePlugin, fold, type Trainer } from '@bbb/core';
import { methodOption } from '@bbb/plugins';
import { z } from 'zod';

const options = z.strictObject({ of: methodOption('Which method is repeated') });

const twice = defineMethod<z.output<typeof options>>({
  description: 'Another method, which takes two steps of half the rate for each batch.',
  options,
  wraps: 'of',
  create({ of }, context) {
    const { model, trainer } = context.method!(of);
    const step: Trainer['step'] = (state, batch, at) => {
      const half = { ...at, learningRate: at.learningRate / 2 };
      trainer.step(state, batch, half);
      return trainer.step(state, batch, { ...half, key: fold(at.key, 'again') });
    };
    return { model, trainer: { ...trainer, step } };
  },
});

export default definePlugin({ name: 'bbb-plugin-twice', methods: { twice } });
