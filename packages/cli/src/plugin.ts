import { definePlugin } from '@bbb/core';
import { tensorboard } from '@bbb/report';
import { events, lines, live } from './progress/reporters.js';

/** How the command line shows what happens. It comes through the same door as anybody's plugin. */
export default definePlugin({ name: '@bbb/cli', reporters: { live, lines, events, tensorboard } });
