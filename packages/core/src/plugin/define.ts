import type { Plugin } from './definition.js';

/**
 * Types a plugin; returns it as it is. A plugin module's default export is its result:
 *
 * ```ts
 * export default definePlugin({ name: 'bbb-plugin-mine', pruners: { mine } });
 * ```
 */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
