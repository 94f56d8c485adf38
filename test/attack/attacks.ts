import { join } from 'node:path';
import type { Attack } from './attack.js';
import { lingering, silent } from './crowd.js';
import { frames } from './hold/frames.js';
import { foreignDoorbells, memory, requests } from './hold/secondaries.js';
import { journals } from './host/journals.js';
import { planted, swapped } from './host/outputs.js';
import { programs } from './host/programs.js';
import { hastyResets, racingCommands } from './serve/commands.js';
import { cutMemory, doorbells, mappings } from './serve/memory.js';
import { interrupts, messages } from './serve/messages.js';
import { sequences } from './serve/sequences.js';
import { configurations } from './text/configurations.js';
import { documents } from './text/documents.js';

export type Side = 'serve' | 'hold' | 'text' | 'host';

/** What each kind of attacker draws from, by the name in reports. */
export const ATTACKS: Readonly<Record<Side, Readonly<Record<string, Attack>>>> = {
  serve: {
    messages,
    interrupts,
    mappings,
    'cut memory': cutMemory,
    doorbells,
    'racing commands': racingCommands,
    'hasty resets': hastyResets,
    sequences,
    silent: (scene) => silent(scene, join(scene.at, 'cntrl')),
    lingering: (scene) => lingering(scene, join(scene.at, 'cntrl')),
  },
  hold: {
    frames,
    requests,
    'foreign doorbells': foreignDoorbells,
    memory,
    silent: (scene) => silent(scene, scene.at),
    lingering: (scene) => lingering(scene, scene.at),
  },
  text: { documents, configurations },
  host: { journals, 'planted links': planted, 'swapped folders': swapped, programs },
};
