/** The room of the rendering bench. */

import { seededRandom } from '../../core/random.ts';
import type { SourceProduct, SourceRoom } from '../../import/model/source-model.ts';
import { yawed } from '../geometry/product-builder.ts';
import { crowdOf, loungeGuests } from '../lounge/guests.ts';
import { loungePlan } from '../lounge/plan.ts';

export interface CrowdRoomOptions {
  readonly avatars?: number;
  readonly furnishings?: number;
}

const shell = new Set(['floor', 'walls', 'ceiling', 'view', 'window', 'curtain', 'door', 'dance floor', 'fireplace']);
/** Distances from the middle, metres: the crowd stands inside the first, furniture between the two. */
const [INNER, OUTER] = [5.2, 9];
/** Angle without furniture on each side of the camera, radians. */
const GAP = 0.75;

/**
 * Builds the crowd room of the rendering bench: repeated guests of the lounge, each with its own clip and start time, and
 * furniture around them. It has no baked light, which would take longer than all the rest.
 */
export async function crowdRoom({ avatars = 100, furnishings = 60 }: CrowdRoomOptions = {}): Promise<SourceRoom> {
  const random = seededRandom(60);
  const kinds = movable();
  return {
    name: `A crowd of ${avatars}`,
    light: {
      sky: [0.7, 0.7, 0.74],
      ground: [0.34, 0.3, 0.27],
      sun: { direction: [0.4, 0.8, 0.5], color: [0.6, 0.54, 0.46] },
      background: [0.5, 0.55, 0.62],
    },
    spawn: { position: [0, 3.2, 9.5], target: [0, 0.7, 0] },
    furniture: Array.from({ length: furnishings }, (_, i) => {
      // Keep the view from the camera to the crowd free.
      const angle = GAP + ((2 * Math.PI - 2 * GAP) * i) / furnishings;
      const distance = INNER + random() * (OUTER - INNER);
      return {
        product: kinds[i % kinds.length],
        position: [Math.sin(angle) * distance, 0, Math.cos(angle) * distance] as const,
        rotation: yawed(angle + Math.PI),
        name: kinds[i % kinds.length].name,
      };
    }),
    avatars: crowdOf(await loungeGuests(), avatars, 41),
  };
}

/** Returns one product of each kind on the lounge's floor, without walls and wall decorations. */
function movable(): SourceProduct[] {
  const standing = loungePlan().filter(({ builder, position }) => position[1] < 0.05 && !shell.has(builder.category));
  const builders = new Map(standing.map(({ builder }) => [builder.name, builder]));
  return [...builders.values()].map(builder => builder.product());
}
