import { help, type ThreadStart } from './thread.js';

addEventListener('message', ({ data }: MessageEvent<ThreadStart>) => help(data), { once: true });
