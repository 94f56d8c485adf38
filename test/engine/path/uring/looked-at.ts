import { findPlace, type Place } from '../../../../engine/path/uring/place.js';
import type { UringOptions } from '../../../../engine/path/uring/target.js';

/** What is at a path, by a target without options but a size. */
export const lookedAt = (path: string, sizeBytes?: number): Place =>
  findPlace(path, { sizeBytes } as Partial<UringOptions> as UringOptions);
