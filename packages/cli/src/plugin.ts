/**
 * The plugin with the reporters of the command line (a live display, lines, events, TensorBoard). Import `@bbb/cli/plugin` where a program runs a
 * sweep and shows it as `bbb` does.
 *
 * @packageDocumentation
 */
import { definePlugin } from '@bbb/core';
import { tensorboard } from '@bbb/report';
import { events, lines, live } from './progress/reporters.js';

/** The reporters of the command line. They are loaded in the same way as those of any other plugin. */
export default definePlugin({ name: '@bbb/cli', reporters: { live, lines, events, tensorboard } });
