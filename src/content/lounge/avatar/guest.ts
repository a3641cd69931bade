/** Models a guest as an avatar of skinned products. */

import type { AnimationAsset } from '../../../assets/motion/animation-asset.ts';
import type { SourceAvatar, SourceProduct } from '../../../import/model/source-model.ts';
import type { Vec3 } from '../../geometry/patch.ts';
import { face, type Look, shoe, strands } from '../../textures/clothes.ts';
import type { Picture, Rgb } from '../../textures/painted-picture.ts';
import type { Humanoid } from './captured-humanoid.ts';
import type { Field } from './field.ts';
import * as figure from './guest-body.ts';
import { polygonise } from './polygonise.ts';
import { coarse, type Piece, tailor } from './tailor.ts';

export interface Guest {
  readonly name: string;
  readonly build: figure.Build;
  readonly look: Look;
  readonly hair: { readonly style: figure.HairStyle; readonly color: Rgb };
  readonly top: { readonly style: figure.TopStyle; readonly cloth: Picture };
  readonly bottom: { readonly style: figure.BottomStyle; readonly cloth?: Picture };
  readonly shoes: { readonly boots: boolean; readonly upper: Rgb; readonly sole: Rgb };
}

/** Triangles of each piece at the finest level, about 5,200 in total. */
const budget = { head: 1250, hand: 440, limbs: 1500, top: 1150, bottom: 850, shoes: 320, hair: 760 } as const;

/** How far skin is shrunk below clothes, metres. Levels of detail are within 17 mm of the finest, mostly sideways. */
const SUNK = 0.011;
/** How far a piece continues below a hem, metres, because hems slip while dancing. */
const TUCK = 0.06;

/** Returns a ramp: 0 where y is at `from` metres or above, 1 at `to` or below. */
const down =
  (from: number, to: number) =>
  ([, y]: Vec3): number =>
    Math.max(0, Math.min(1, (from - y) / (from - to)));

/** Models a guest. Await `MeshoptSimplifier.ready` first. */
export function makeGuest(humanoid: Humanoid, clips: readonly AnimationAsset[], guest: Guest): SourceAvatar {
  const body = figure.body(humanoid, guest.build);
  const bottom = guest.bottom.style === 'none' ? undefined : figure.bottom(body, guest.bottom.style);
  const top = figure.top(body, guest.top.style, bottom);
  const hair = figure.hair(guest.hair.style);
  const shoes = figure.shoes(guest.shoes.boots);
  const clothes = [top, ...(bottom ? [bottom] : []), shoes];
  const all: Field = (x, y, z) => Math.min(body.all(x, y, z), hair(x, y, z), ...clothes.map(f => f(x, y, z)));
  const wear = (category: string, pieces: Piece[], picture: Picture, tint?: Rgb): SourceProduct => ({
    ...tailor(humanoid, `${guest.name} ${category}`, pieces, picture, tint, body.all, all),
    category,
  });

  const bare = { seen: outside(clothes), tuck: TUCK };
  const skin: Piece[] = [
    {
      skin: polygonise(sunken(body.head, clothes), [-0.16, 1.46, -0.16], [0.16, 1.93, 0.2], 0.0085, budget.head, {
        ...bare,
        within: p => p[1] > 1.5,
      }),
      chart: 'face',
      share: coarse,
    },
    ...[-1, 1].map(
      (side): Piece => ({
        skin: polygonise(
          body.hands,
          side > 0 ? [0.66, 1.42, -0.15] : [-0.95, 1.42, -0.15],
          side > 0 ? [0.95, 1.6, 0.06] : [-0.66, 1.6, 0.06],
          0.0042,
          budget.hand,
          { within: p => Math.abs(p[0]) > 0.69 },
        ),
        chart: 'plain',
        // At the wrist it follows the arm; farther out, each finger follows its own joints.
        reach: p => 0.07 - 0.045 * Math.max(0, Math.min(1, (Math.abs(p[0]) - 0.69) / 0.07)),
        share: joint => (joint.startsWith(side > 0 ? 'Left' : 'Right') && /Hand|ForeArm/.test(joint) ? 1 : 0),
      }),
    ),
  ];
  const limbs = polygonise(sunken(body.all, clothes), [-0.72, 0.08, -0.2], [0.72, 1.63, 0.16], 0.014, budget.limbs, {
    ...bare,
    // It ends at the neck and the wrists, where the head and the hands begin.
    within: p => Math.abs(p[0]) < 0.7 && (p[1] < 1.53 || Math.abs(p[0]) > 0.13),
  });
  if (limbs.index.length > 0) skin.push({ skin: limbs, chart: 'plain', share: coarse });

  const outfit: SourceProduct[] = [
    wear('body', skin, face(guest.look)),
    wear(
      'top',
      [
        {
          skin: polygonise(
            top,
            [-0.72, 0.55, -0.3],
            [0.72, 1.64, 0.3],
            0.0135,
            budget.top * (guest.top.style === 'dress' ? 1.3 : 1),
          ),
          chart: 'cloth',
          ...(guest.top.style === 'dress' ? { hangs: down(1.0, 0.8), share: noShins } : { share: coarse }),
        },
      ],
      guest.top.cloth,
    ),
    wear(
      'shoes',
      [
        {
          skin: polygonise(shoes, [-0.18, -0.015, -0.16], [0.18, 0.25, 0.22], 0.01, budget.shoes, {
            seen: outside(bottom ? [bottom] : []),
            tuck: TUCK,
          }),
          chart: 'shoe',
          reach: () => 0.04,
          // A heel does not follow the calf, although the shin's end is near.
          share: (joint, p) => (/(Left|Right)Leg$/.test(joint) ? 1 - ankle(p) : /Foot|ToeBase/.test(joint) ? 1 : 0),
        },
      ],
      shoe(5, guest.shoes.upper, guest.shoes.sole),
    ),
    wear(
      'hair',
      [
        {
          skin: polygonise(hair, [-0.19, 1.3, -0.27], [0.19, 2.02, 0.19], 0.0105, budget.hair),
          chart: 'hair',
          reach: () => 0.07,
          // Long hair lies on the back and stays there when the head turns.
          share: (joint, p) => (joint === 'Head' ? 1 : /Neck|Spine2/.test(joint) ? nape(p) : 0),
        },
      ],
      strands(6),
      guest.hair.color,
    ),
  ];
  if (bottom && guest.bottom.cloth) {
    const mesh = polygonise(sunken(bottom, [top]), [-0.3, 0.05, -0.28], [0.3, 1.1, 0.26], 0.0135, budget.bottom, {
      seen: outside([top]),
      tuck: TUCK,
    });
    const hanging = guest.bottom.style === 'skirt' ? { hangs: down(0.93, 0.75), share: noShins } : { share: noFeet };
    outfit.push(wear('bottom', [{ skin: mesh, chart: 'cloth', ...hanging }], guest.bottom.cloth));
  }
  return { name: guest.name, skeleton: humanoid.skeleton, clips, outfit: outfit.map(product => ({ product })), height: 1.9 };
}

const ankle = down(0.17, 0.11);
const nape = down(1.6, 1.46);
const noFeet = (joint: string): number => (/Foot|Toe/.test(joint) ? 0 : coarse(joint));
const noShins = (joint: string): number => (/(Left|Right)Leg$/.test(joint) ? 0 : noFeet(joint));

/** Returns the places that no clothes cover. */
const outside =
  (clothes: readonly Field[]) =>
  (p: Vec3): boolean =>
    clothes.every(f => f(...p) > -0.003);

/** Shrinks skin by SUNK below clothes. Otherwise a coarse level of detail would show through the cloth. */
const sunken =
  (of: Field, clothes: readonly Field[]): Field =>
  (x, y, z) => {
    const depth = -Math.min(...clothes.map(f => f(x, y, z)));
    return of(x, y, z) + SUNK * Math.max(0, Math.min(1, (depth - 0.002) / 0.006));
  };
