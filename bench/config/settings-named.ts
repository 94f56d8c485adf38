import { DRIVE_KEYS } from './drive-keys.js';
import type { CompleteOf } from './key-table.js';
import type { LoadedConfig } from './load.js';

/** What a configuration sets on whole controllers, by field. */
export type SettingKeys = CompleteOf<typeof DRIVE_KEYS>;

/** The keys of a configuration that set a whole controller, as they are written. */
export function settingsNamed(config: SettingKeys): string[] {
  return Object.entries(DRIVE_KEYS)
    .filter(([, { field }]) => config[field] !== undefined)
    .map(([key]) => key);
}

/** The same, and what else is for a whole controller. */
export function controllerKeysNamed(
  config: SettingKeys & Partial<Pick<LoadedConfig, 'hostMemory' | 'doorbells'>>,
): string[] {
  const { hostMemory = 'auto', doorbells = 'auto' } = config;
  return [
    ...settingsNamed(config),
    ...(hostMemory === 'auto' ? [] : ['host_memory_buffer']),
    ...(doorbells === 'auto' ? [] : ['doorbells']),
  ];
}
