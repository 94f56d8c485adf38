import { RawSecondary } from '../../engine/held/raw-secondary.js';
import { type Scene, whatever } from '../attack.js';

/** A secondary for a while. */
export async function asSecondary(
  scene: Scene,
  act: (secondary: RawSecondary) => Promise<void> | void,
  enter: (path: string) => Promise<RawSecondary> = RawSecondary.joined,
): Promise<void> {
  await whatever(scene, async () => {
    const secondary = await enter(scene.at);
    scene.did('secondaries');
    try {
      await act(secondary);
    } finally {
      secondary.close();
    }
  });
}
