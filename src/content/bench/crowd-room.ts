import { seededRandom } from '../../core/random.ts';
import type { SourceProduct, SourceRoom } from '../../import/source.ts';
import { yawed } from '../geometry/product-builder.ts';
import { crowdOf, loungeGuests } from '../lounge/guests.ts';
import { loungePlan } from '../lounge/plan.ts';

export interface CrowdRoomOptions {
  readonly avatars?: number;
  readonly furnishings?: number;
}

const shell = new Set(['floor', 'walls', 'ceiling', 'view', 'window', 'curtain', 'door', 'dance floor', 'fireplace']);
/** Metres from the middle: the crowd stands within, the furniture without. */
const [INNER, OUTER] = [5.2, 9];
/** Radians to both sides of the camera. */
const GAP = 0.75;

/**
 * The crowd of the rendering bench: the guests of the lounge, again and again, each in a clip and at a time of its own, and
 * furniture of the lounge around them. No baked light: nothing here takes longer to make than to draw.
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
      // Not between the camera and the crowd.
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

/** What stands on the floor of the lounge, each kind once: no walls, nothing that hangs on them. */
function movable(): SourceProduct[] {
  const standing = loungePlan().filter(({ builder, position }) => position[1] < 0.05 && !shell.has(builder.category));
  const builders = new Map(standing.map(({ builder }) => [builder.name, builder]));
  return [...builders.values()].map(builder => builder.product());
}
