/** Which addresses a job has whose I/Os are of several lengths. */
import { OPERATIONS } from '../../stats/operations.js';
import { type Addresses, isNear, type Region } from './addresses.js';
import {
  LengthSource,
  type Lengths,
  type LengthsByOperation,
  longestBytes,
  shortestBytes,
} from './lengths.js';
import { ByOperation, type VariedCourse, VariedInOrder, VariedRandom } from './varied.js';

interface VariedOptions extends Region {
  readonly random: boolean;
  readonly lbaBytes: number;
  readonly lengths: LengthsByOperation;
  readonly stepBytes?: number;
  readonly percentageRandom?: number;
  readonly runIos?: number;
}

const endOf = ({ startLba, blocks, blockLbas }: Region): number => startLba + blocks * blockLbas;

/** The places where random I/Os of an operation may begin: as many as its shortest fits from. */
export function placesOf(
  region: Region,
  lbaBytes: number,
  { law, alignBytes }: Lengths,
): Pick<Region, 'blockLbas' | 'blocks'> {
  const blockLbas = alignBytes / lbaBytes;
  const overhang = Math.max(0, shortestBytes(law) / lbaBytes - blockLbas);
  const blocks = Math.max(0, Math.floor((endOf(region) - region.startLba - overhang) / blockLbas));
  return { blockLbas, blocks };
}

/** Backwards it begins as far behind as the longest fits. */
function courseOf(options: VariedOptions): VariedCourse {
  const { startLba, blockLbas, lbaBytes, lengths, stepBytes = 0 } = options;
  const endLba = endOf(options);
  const longestLbas = Math.max(...Object.values(lengths).map(({ law }) => longestBytes(law))) / lbaBytes;
  const lastLba = startLba + Math.floor((endLba - startLba - longestLbas) / blockLbas) * blockLbas;
  return { startLba, endLba, homeLba: stepBytes < 0 ? lastLba : startLba, stepLbas: stepBytes / lbaBytes };
}

/** Random places, of each operation by itself where they differ; `states` are those of generators, one for each operation. */
function randomPlaces<Options extends VariedOptions>(
  options: Options,
  states: readonly Int32Array[],
  make: (options: Options, state: Int32Array, near: boolean) => Addresses,
): Addresses {
  const places = OPERATIONS.map((name) => {
    const lengths = options.lengths[name];
    return lengths && placesOf(options, options.lbaBytes, lengths);
  });
  const near = isNear(options);
  const kinds = places.filter((place) => place !== undefined);
  const [first] = kinds;
  if (kinds.every(({ blocks, blockLbas }) => blocks === first.blocks && blockLbas === first.blockLbas))
    return make({ ...options, ...first }, states[0], near);
  return new ByOperation(places.map((place, i) => place && make({ ...options, ...place }, states[i], near)));
}

/** As they are without lengths, each I/O with its own. `make` makes random addresses; `states`: see `addressesOf`. */
export function variedAddresses<Options extends VariedOptions>(
  options: Options,
  partlyRandom: boolean,
  [ofAddresses, ofChoices, ofLengths, ...others]: readonly Int32Array[],
  make: (options: Options, state: Int32Array, near: boolean) => Addresses,
): Addresses {
  const { random, lbaBytes, lengths, percentageRandom: percent = 100, runIos = 1 } = options;
  const source = new LengthSource(lengths, lbaBytes, ofLengths);
  if (!random) return new VariedInOrder(courseOf(options), source);
  const addresses = randomPlaces(options, [ofAddresses, ...others], make);
  if (!partlyRandom) return new VariedRandom(addresses, endOf(options), source);
  const course = courseOf({ ...options, stepBytes: 0 });
  return new VariedInOrder(course, source, { addresses, percent, runIos, state: ofChoices });
}
