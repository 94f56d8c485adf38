/** Whether I/Os of several lengths that go on behind each other do: where the one before of their operation ended, or from the start. */
import { shortestBytes, type WorkerResult, workerRegion } from '../../../engine/load/index.js';
import { FLUSH, OPERATIONS, STREAMS } from '../../../engine/stats/operations.js';
import { check, type Evidence, type ProofCheck, percentText } from './check.js';

/** Jobs whose I/Os have several lengths, and are in sequence, or some of them. */
export function isVariedCourse({ planned: { spec } }: Evidence): boolean {
  const { lengths, random, percentageRandom = 100, runIos = 1 } = spec;
  return lengths !== undefined && (!random || percentageRandom < 100 || runIos > 1);
}

interface Course {
  /** Index of the first I/O that leaves the region; -1 where none does. */
  readonly outside: number;
  /** I/Os that go on, or begin again where the region ends. */
  readonly following: number;
  /** All but the flushes. */
  readonly ios: number;
}

function courseOf({ planned }: Evidence, { index, issued }: WorkerResult): Course {
  const { spec, geometry, device } = planned;
  const { startLba, blocks, blockLbas } = workerRegion(geometry, index);
  const endLba = startLba + blocks * blockLbas;
  const { lbaBytes } = device.namespace;
  const stepLbas = spec.random ? 0 : (spec.stepBytes ?? 0) / lbaBytes;
  const next: (number | undefined)[] = [];
  let [outside, following, ios] = [-1, 0, 0];
  for (const [i, slba] of issued.slbas.entries()) {
    const [operation, lbas] = [issued.operations[i], issued.lbas[i]];
    if (operation === FLUSH) continue;
    ios++;
    if ((slba < startLba || slba + lbas > endLba) && outside < 0) outside = i;
    const wanted = next[STREAMS[operation]];
    // Where it begins the first time, and again, is up to the course.
    if (wanted === undefined || slba === wanted) following++;
    const law = spec.lengths?.[OPERATIONS[operation]]?.law;
    const leastLbas = law === undefined ? lbas : shortestBytes(law) / lbaBytes;
    const behind = slba + lbas + stepLbas;
    const fits = behind >= startLba && behind + leastLbas <= endLba;
    next[STREAMS[operation]] = fits ? behind : stepLbas < 0 ? undefined : startLba;
  }
  return { outside, following, ios };
}

export function variedCourseChecks(evidence: Evidence): ProofCheck[] {
  if (!isVariedCourse(evidence)) return [];
  const courses = evidence.workers.map((worker) => courseOf(evidence, worker));
  const [following, ios] = courses.reduce(([a, b], one) => [a + one.following, b + one.ios], [0, 0]);
  if (ios === 0) return [];
  const outside = courses.findIndex((course) => course.outside >= 0);
  const asked = 'within the region, behind the end of the one before';
  if (outside >= 0)
    return [
      check('offsets', false, asked, `worker ${outside}: I/O ${courses[outside].outside} leaves the region`),
    ];
  const holds = evidence.planned.spec.random || following === ios;
  return [
    check('offsets', holds, asked, `${percentText(following / ios)} of ${ios} go on behind the one before`),
  ];
}
