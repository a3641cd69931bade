import type { AnimationAsset } from '../../../assets/animation-asset.ts';
import type { SourceAvatar, SourceProduct } from '../../source.ts';
import type { Vec3 } from '../geometry/patch.ts';
import { face, type Look, shoe, strands } from '../textures/clothes.ts';
import type { Picture, Rgb } from '../textures/picture.ts';
import type { Field } from './field.ts';
import * as figure from './figure.ts';
import type { Humanoid } from './humanoid.ts';
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

/** Triangles of each piece at their finest; together about 5,000. */
const budget = { head: 1250, hand: 340, limbs: 700, top: 1150, bottom: 850, shoes: 320, hair: 760 } as const;

/** Metres; levels of detail are within 17 mm of the finest, most of it sideways. */
const SUNK = 0.011;

/** Models a guest. Await `MeshoptSimplifier.ready` first. */
export function makeGuest(humanoid: Humanoid, clips: readonly AnimationAsset[], guest: Guest): SourceAvatar {
  const body = figure.body(humanoid, guest.build);
  const top = figure.top(body, guest.top.style);
  const bottom = guest.bottom.style === 'none' ? undefined : figure.bottom(body, guest.bottom.style);
  const hair = figure.hair(guest.hair.style);
  const shoes = figure.shoes(guest.shoes.boots);
  const clothes = [top, ...(bottom ? [bottom] : []), shoes];
  const all: Field = (x, y, z) => Math.min(body.all(x, y, z), hair(x, y, z), ...clothes.map(f => f(x, y, z)));
  // Below clothes the body is thinner by SUNK: a coarse level of detail would show through the cloth, and a shorter sleeve may come.
  const sunken =
    (of: Field): Field =>
    (x, y, z) => {
      const depth = -Math.min(...clothes.map(f => f(x, y, z)));
      return of(x, y, z) + SUNK * Math.max(0, Math.min(1, (depth - 0.002) / 0.006));
    };
  // What lies far below is never seen.
  const bare = (p: Vec3) => clothes.every(f => f(...p) > -0.014 - SUNK);
  const wear = (category: string, pieces: Piece[], picture: Picture, tint?: Rgb): SourceProduct => ({
    ...tailor(humanoid, `${guest.name} ${category}`, pieces, picture, tint, all),
    category,
  });

  const skin: Piece[] = [
    {
      skin: polygonise(
        sunken(body.head),
        [-0.16, 1.46, -0.16],
        [0.16, 1.93, 0.2],
        0.0085,
        budget.head,
        p => p[1] > 1.5 && bare(p),
      ),
      chart: 'face',
      reach: 0.06,
      only: coarse,
    },
    ...[-1, 1].map(
      (side): Piece => ({
        skin: polygonise(
          body.hands,
          side > 0 ? [0.66, 1.42, -0.15] : [-0.95, 1.42, -0.15],
          side > 0 ? [0.95, 1.6, 0.06] : [-0.66, 1.6, 0.06],
          0.0055,
          budget.hand,
          p => Math.abs(p[0]) > 0.69,
        ),
        chart: 'plain',
        reach: 0.025,
        only: joint => joint.startsWith(side > 0 ? 'Left' : 'Right') && /Hand|ForeArm/.test(joint),
      }),
    ),
  ];
  const limbs = polygonise(
    sunken(body.all),
    [-0.72, 0.08, -0.2],
    [0.72, 1.54, 0.16],
    0.014,
    budget.limbs,
    p => Math.abs(p[0]) < 0.7 && p[1] < 1.53 && bare(p),
  );
  if (limbs.index.length > 0) skin.push({ skin: limbs, chart: 'plain', reach: 0.07, only: coarse });

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
          reach: guest.top.style === 'dress' ? 0.16 : 0.075,
          only: coarse,
        },
      ],
      guest.top.cloth,
    ),
    wear(
      'shoes',
      [
        {
          skin: polygonise(shoes, [-0.18, -0.015, -0.16], [0.18, 0.25, 0.22], 0.01, budget.shoes),
          chart: 'shoe',
          reach: 0.04,
          only: joint => /Foot|Toe|Leg$/.test(joint) && coarse(joint),
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
          reach: 0.05,
          only: joint => joint === 'Head' || joint === 'HeadTop_End',
        },
      ],
      strands(6),
      guest.hair.color,
    ),
  ];
  if (bottom && guest.bottom.cloth) {
    outfit.push(
      wear(
        'bottom',
        [
          {
            skin: polygonise(bottom, [-0.3, 0.05, -0.28], [0.3, 1.1, 0.26], 0.0135, budget.bottom, p => top(...p) > -0.008),
            chart: 'cloth',
            reach: guest.bottom.style === 'skirt' ? 0.16 : 0.075,
            only: coarse,
          },
        ],
        guest.bottom.cloth,
      ),
    );
  }
  return { name: guest.name, skeleton: humanoid.skeleton, clips, outfit: outfit.map(product => ({ product })), height: 1.9 };
}
