import { readdirSync, readFileSync } from 'node:fs';
import { sleepMs } from '../../engine/sys/clock.js';
import type { Program } from '../fixtures/held.js';
import { growth } from './growth.js';

const BOUNDS = {
  descriptors: { name: 'descriptors', slack: 2, part: 0 },
  residentKib: { name: 'resident memory in KiB', slack: 8192, part: 0.05 },
} as const;
/** Descriptors whose number stays the same for that long stay; attackers have ended, and what lingers does for 2 s. */
const SETTLED_MS = 4000;
const SETTLE_MS = 30_000;

interface Sample {
  readonly descriptors: number;
  readonly residentKib: number;
}

/** A program that is attacked: whether it is alive, and what it holds. */
export class Victim {
  readonly name: string;
  readonly program: Program;
  readonly #samples: Sample[] = [];
  #leastDescriptors: number;

  constructor(name: string, program: Program) {
    this.name = name;
    this.program = program;
    this.#leastDescriptors = this.#sample().descriptors;
  }

  get pid(): number {
    return this.program.child.pid ?? 0;
  }

  /** What is wrong with it; undefined where nothing is. */
  failure(): string | undefined {
    const { child, stderr } = this.program;
    if (child.exitCode !== null || child.signalCode !== null)
      return `${this.name} has ended: code ${child.exitCode}, signal ${child.signalCode}: ${stderr.slice(-2000)}`;
    const defect = /^.*defect of nvbench.*$/m.exec(stderr)?.[0];
    return defect === undefined ? undefined : `${this.name} met a defect: ${defect}`;
  }

  /** Waits until no more descriptors go away, and notes what it holds. `kept` samples count. */
  async note(kept: boolean): Promise<Sample> {
    let sample = this.#sample();
    let sinceMs = performance.now();
    const settledAt = (ms: number): boolean =>
      sample.descriptors <= this.#leastDescriptors || ms > sinceMs + SETTLED_MS;
    for (const until = sinceMs + SETTLE_MS; performance.now() < until && !settledAt(performance.now()); ) {
      await sleepMs(200);
      const next = this.#sample();
      if (next.descriptors !== sample.descriptors) sinceMs = performance.now();
      sample = next;
    }
    if (kept) {
      this.#samples.push(sample);
      this.#leastDescriptors = Math.min(...this.#samples.map(({ descriptors }) => descriptors));
    }
    return sample;
  }

  /** What grew over the samples that count. */
  growth(): string[] {
    return (['descriptors', 'residentKib'] as const).flatMap((key) => {
      const grown = growth(
        this.#samples.map((sample) => sample[key]),
        BOUNDS[key],
      );
      return grown === undefined ? [] : [`${this.name}: ${grown}`];
    });
  }

  #sample(): Sample {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const residentKib = Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? Number.NaN);
    return { descriptors: readdirSync(`/proc/${this.pid}/fd`).length, residentKib };
  }
}
