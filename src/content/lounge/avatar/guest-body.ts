/** The guests' bodies, hair and clothes as solids. */

import type { Vec3 } from '../../geometry/patch.ts';
import type { Humanoid } from './captured-humanoid.ts';
import { blended, ellipsoid, enlarged, type Field, grown, limb, mirrored, stack, within, without } from './field.ts';

/** Proportions of a guest's body; 1 is average. */
export interface Build {
  readonly shoulders: number;
  readonly waist: number;
  readonly hips: number;
  readonly bust: number;
  readonly limbs: number;
}

export interface Body {
  /** Head, neck, torso, limbs and hands, without clothes. */
  readonly all: Field;
  readonly head: Field;
  readonly trunk: Field;
  readonly legs: Field;
  /** Arms without hands. */
  readonly arms: Field;
  readonly hands: Field;
  readonly feet: Field;
}

const headScale = 1.14;
export const headAbout: Vec3 = [0, 1.6, 0.0];
const onHead = (f: Field): Field => enlarged(f, headAbout, headScale);

/** Models a body in the T-pose of the skeleton, as solids around its bones. */
export function body(humanoid: Humanoid, build: Build): Body {
  const j = humanoid.place;
  const { shoulders: s, waist: w, hips: h, bust, limbs: l } = build;
  const trunk = blended(
    0.05,
    stack([
      [0.9, 0.135 * h, 0.1, -0.01],
      [0.98, 0.166 * h, 0.112 * h, -0.012],
      [1.08, 0.15 * h * 0.5 + 0.15 * w * 0.5, 0.104, -0.004],
      [1.18, 0.13 * w, 0.094 * w, 0.002],
      [1.3, 0.15 * (w + s) * 0.5, 0.108, -0.002],
      [1.4, 0.168 * s, 0.112, -0.016],
      [1.475, 0.155 * s, 0.092, -0.03],
      [1.53, 0.085, 0.062, -0.034],
    ]),
    mirrored(ellipsoid([0.07, 1.355, 0.06], [0.078 * bust, 0.075 * bust, 0.062 * bust])),
    mirrored(ellipsoid([0.075, 0.965, -0.05], [0.085 * h, 0.09, 0.085 * h])),
    limb([0, 1.5, -0.035], [0, 1.63, -0.01], 0.056, 0.05),
  );
  const arms = mirrored(
    blended(
      0.03,
      limb([0.12, 1.505, -0.045], [0.19, 1.52, -0.049], 0.062 * s, 0.058 * l),
      limb([0.17, 1.522, -0.049], j('LeftForeArm'), 0.057 * l, 0.041 * l),
      limb(j('LeftForeArm'), [0.55, 1.527, -0.049], 0.041 * l, 0.042 * l),
      limb([0.55, 1.527, -0.049], [0.715, 1.527, -0.049], 0.042 * l, 0.029),
    ),
  );
  const legs = mirrored(
    blended(
      0.03,
      limb([0.085, 0.95, -0.01], [0.095, 0.6, -0.006], 0.096 * h, 0.061 * l),
      limb([0.095, 0.6, -0.006], [0.096, 0.5, -0.012], 0.061 * l, 0.055 * l),
      limb([0.096, 0.5, -0.012], [0.096, 0.4, -0.03], 0.055 * l, 0.058 * l),
      limb([0.096, 0.4, -0.03], [0.096, 0.12, -0.05], 0.058 * l, 0.041),
    ),
  );
  const hands = mirrored(hand(j));
  const feet = mirrored(
    blended(
      0.03,
      limb([0.096, 0.13, -0.05], [0.096, 0.05, -0.06], 0.04, 0.042),
      limb([0.096, 0.045, -0.06], [0.1, 0.035, 0.12], 0.044, 0.034),
    ),
  );
  const head = onHead(headSolid());
  const all = blended(0.025, blended(0.06, trunk, arms, legs), hands, feet, head);
  return { all, head: blended(0.025, head, trunk), trunk, legs, arms, hands: blended(0.012, hands, arms), feet };
}

function hand(j: (joint: string) => Vec3): Field {
  const palm = blended(
    0.02,
    ellipsoid([0.752, 1.524, -0.058], [0.062, 0.021, 0.044]),
    limb([0.71, 1.527, -0.05], [0.74, 1.525, -0.05], 0.029, 0.024),
  );
  const fingers = ['Index', 'Middle', 'Ring', 'Pinky'].map((finger, i) => {
    const r = i === 3 ? 0.0086 : 0.0098;
    const whole = blended(
      0.01,
      limb(j(`LeftHand${finger}1`), j(`LeftHand${finger}2`), r * 1.1, r),
      limb(j(`LeftHand${finger}2`), j(`LeftHand${finger}4`), r, r * 0.78),
    );
    // Each grows out of the palm by itself: blended with each other, their tips were one.
    return blended(0.012, palm, whole);
  });
  const thumb = blended(
    0.012,
    limb(j('LeftHandThumb1'), j('LeftHandThumb2'), 0.019, 0.0145),
    limb(j('LeftHandThumb2'), j('LeftHandThumb4'), 0.0145, 0.0105),
  );
  const separate: Field = (x, y, z) => Math.min(...fingers.map(f => f(x, y, z)));
  return blended(0.012, separate, thumb);
}

function headSolid(): Field {
  return blended(
    0.018,
    blended(0.07, ellipsoid([0, 1.755, 0.008], [0.092, 0.112, 0.105]), ellipsoid([0, 1.692, 0.028], [0.066, 0.072, 0.073])),
    blended(
      0.02,
      limb([0, 1.733, 0.108], [0, 1.71, 0.121], 0.0075, 0.0125),
      mirrored(ellipsoid([0.012, 1.706, 0.108], [0.01, 0.008, 0.01])),
    ),
    mirrored(ellipsoid([0.092, 1.728, 0.002], [0.013, 0.031, 0.02])),
  );
}

export type HairStyle = 'short' | 'quiff' | 'bob' | 'long' | 'bun' | 'curly' | 'ponytail';

/** Radius of the edge around the face, metres. Thin hair would meet the head at a small angle, in saw teeth. */
const HAIRLINE = 0.008;

/** Models hair as one vinyl piece on the head. */
export function hair(style: HairStyle): Field {
  const cap = ellipsoid([0, 1.768, -0.006], [0.107, 0.118, 0.118]);
  // The face, cut out of the cap. Its upper edge is the hairline.
  const face = ellipsoid([0, 1.7, 0.125], [0.086, 0.112, 0.09]);
  const below: Field = (_x, y, z) => 1.69 - y + z * 0.55;
  const strands: Field = (x, y, z) => 0.003 * Math.sin(Math.atan2(x, z - 0.02) * 17 + y * 26);
  // Short hair meets the head at a small angle at the nape. Strands there would move the edge by a centimetre, like saw teeth.
  const isShort = style !== 'bob' && style !== 'long';
  const depth: Field = (x, y, z) => (isShort ? Math.max(0, Math.min(1, (-below(x, y, z) - 0.01) / 0.07)) : 1);
  const combed =
    (f: Field): Field =>
    (x, y, z) =>
      f(x, y, z) + strands(x, y, z) * depth(x, y, z);
  const short = without(within(cap, below, 0.03), face, HAIRLINE);
  const sides = mirrored(limb([0.098, 1.77, -0.005], [0.1, 1.66, 0.01], 0.03, 0.034));
  const nape = stack([
    [1.6, 0.1, 0.06, -0.05],
    [1.7, 0.108, 0.085, -0.04],
    [1.78, 0.106, 0.1, -0.02],
  ]);
  const shapes: Record<HairStyle, () => Field> = {
    short: () => short,
    quiff: () => blended(0.03, short, ellipsoid([0.015, 1.872, 0.055], [0.07, 0.035, 0.06])),
    bob: () => without(blended(0.03, cap, sides, nape), face, HAIRLINE),
    long: () =>
      without(
        blended(
          0.04,
          cap,
          sides,
          nape,
          stack([
            [1.36, 0.09, 0.026, -0.135],
            [1.5, 0.115, 0.036, -0.115],
            [1.62, 0.11, 0.05, -0.075],
            [1.72, 0.1, 0.06, -0.05],
          ]),
        ),
        face,
        HAIRLINE,
      ),
    bun: () =>
      blended(0.018, without(within(cap, below, 0.03), face, HAIRLINE), ellipsoid([0, 1.905, -0.055], [0.05, 0.045, 0.05])),
    curly: () => {
      const ball = ellipsoid([0, 1.79, -0.015], [0.145, 0.14, 0.14]);
      const curls: Field = (x, y, z) => ball(x, y, z) + 0.007 * Math.sin(x * 95) * Math.sin(y * 95 + 1) * Math.sin(z * 95 + 2);
      return without(curls, ellipsoid([0, 1.705, 0.14], [0.084, 0.105, 0.11]), 0.025);
    },
    ponytail: () =>
      blended(
        0.02,
        without(within(cap, below, 0.03), face, HAIRLINE),
        limb([0, 1.84, -0.11], [0, 1.8, -0.17], 0.03, 0.04),
        limb([0, 1.8, -0.17], [0, 1.62, -0.175], 0.042, 0.014),
      ),
  };
  const f = style === 'curly' ? shapes[style]() : combed(shapes[style]());
  return onHead(f);
}

export type TopStyle = 'shirt' | 'tee' | 'jacket' | 'sweater' | 'dress' | 'vest';
export type BottomStyle = 'trousers' | 'skirt' | 'shorts' | 'none';

/** Thickness of cloth and air between an upper garment and the garment tucked into it, metres. */
const OVER_BOTTOM = 0.012;

/** Models the upper garment: a shell over trunk and arms, and over the lower garment, or the hips if there is none. */
export function top(of: Body, style: TopStyle, below?: Field): Field {
  const thick = { shirt: 0.011, tee: 0.01, jacket: 0.02, sweater: 0.018, dress: 0.01, vest: 0.012 }[style];
  const sleeve = { shirt: 0.66, tee: 0.33, jacket: 0.665, sweater: 0.66, dress: 0.27, vest: 0.185 }[style];
  const hem = { shirt: 0.93, tee: 0.94, jacket: 0.87, sweater: 0.95, dress: 0.62, vest: 0.92 }[style];
  const folds: Field = (x, y, z) =>
    0.0035 * Math.sin(y * 42 + Math.sin(x * 21) * 2.2) * Math.max(0, Math.min(1, (Math.abs(x) - 0.1) * 6)) +
    0.002 * Math.sin(x * 50 + y * 37 + z * 30);
  const cloth = blended(0.07, of.trunk, of.arms);
  let shell: Field = (x, y, z) =>
    cloth(x, y, z) - thick - 0.3 * thick * Math.max(0, Math.min(1, (Math.abs(x) - 0.3) * 3)) + folds(x, y, z);
  // A garment falls straight from its widest place and does not follow the seat and the legs.
  const drape =
    style === 'dress'
      ? stack([
          [0.6, 0.27, 0.22, -0.01],
          [0.8, 0.215, 0.165, -0.01],
          [1.0, 0.17, 0.125, -0.008],
          [1.16, 0.13, 0.1, 0],
        ])
      : stack([
          [hem - 0.02, 0.178 + thick, 0.132 + thick, -0.01],
          [1.04, 0.165 + thick, 0.118 + thick, -0.008],
          [1.18, 0.135 + thick, 0.1 + thick, 0],
        ]);
  const flow: Field = (x, y, z) =>
    style === 'dress' ? 0.014 * Math.max(0, Math.min(1, (1.0 - y) * 3)) * Math.sin(Math.atan2(x, z) * 11) : 0;
  const skirt: Field = (x, y, z) => drape(x, y, z) + flow(x, y, z);
  shell = blended(0.04, shell, skirt);
  shell = blended(0.02, shell, grown(below ?? blended(0.05, of.trunk, of.legs), OVER_BOTTOM));
  const neckline =
    style === 'dress' || style === 'vest'
      ? ellipsoid([0, 1.56, 0.06], [0.085, 0.13, 0.13])
      : style === 'jacket'
        ? limb([0, 1.6, 0.06], [0, 1.32, 0.16], 0.06, 0.012)
        : limb([0, 1.56, -0.03], [0, 1.7, -0.005], 0.066, 0.068);
  // Sleeves end at this distance. Below the arms, hips may be as wide.
  const bounds: Field = (x, y) => Math.max(hem - y, Math.min(Math.abs(x) - sleeve, y - 1.25), y - 1.6);
  const collar =
    style === 'shirt' || style === 'jacket' || style === 'sweater'
      ? without(
          limb([0, 1.5, -0.034], [0, 1.575, -0.026], style === 'sweater' ? 0.083 : 0.079, 0.069),
          limb([0, 1.4, -0.03], [0, 1.68, -0.01], 0.062, 0.062),
          0.006,
        )
      : undefined;
  const cut = without(within(shell, bounds, 0.014), neckline, 0.012);
  return collar ? blended(0.012, cut, style === 'jacket' ? without(collar, neckline, 0.01) : collar) : cut;
}

export function bottom(of: Body, style: Exclude<BottomStyle, 'none'>): Field {
  const waist: Field = (_x, y) => y - 1.06;
  const hips = blended(0.05, of.trunk, of.legs);
  if (style === 'skirt') {
    const cone = stack([
      [0.56, 0.25, 0.21, -0.01],
      [0.8, 0.205, 0.16, -0.01],
      [0.98, 0.178, 0.132, -0.01],
      [1.07, 0.15, 0.112, -0.004],
    ]);
    const pleats: Field = (x, y, z) =>
      cone(x, y, z) + 0.01 * Math.max(0, Math.min(1, (0.98 - y) * 4)) * Math.sin(Math.atan2(x, z) * 16);
    return within(blended(0.03, grown(hips, 0.006), pleats), (x, y, z) => Math.max(waist(x, y, z), 0.585 - y), 0.01);
  }
  const end = style === 'shorts' ? 0.56 : 0.085;
  const leg = mirrored(
    blended(
      0.03,
      limb([0.088, 0.95, -0.012], [0.097, 0.55, -0.008], 0.108, 0.079),
      limb([0.097, 0.55, -0.008], [0.098, 0.06, -0.042], 0.079, 0.073),
    ),
  );
  const creases: Field = (_x, y, z) => 0.003 * Math.sin(y * 46 + z * 20) * Math.max(0, Math.min(1, (0.62 - y) * 4));
  const shell = blended(0.03, grown(hips, 0.009), leg);
  return within(
    (x, y, z) => shell(x, y, z) + creases(x, y, z),
    (x, y, z) => Math.max(waist(x, y, z), end - y),
    0.01,
  );
}

export function shoes(boots: boolean): Field {
  const upper = blended(
    0.03,
    limb([0.097, boots ? 0.24 : 0.11, -0.046], [0.097, 0.055, -0.062], boots ? 0.057 : 0.047, boots ? 0.053 : 0.05),
    limb([0.097, 0.05, -0.066], [0.1, 0.048, 0.05], 0.05, 0.051),
    ellipsoid([0.101, 0.04, 0.1], [0.053, 0.046, 0.085]),
  );
  const sole = stack([
    [0.0, 0.05, 0.135, 0.02],
    [0.024, 0.052, 0.137, 0.02],
  ]);
  const shifted: Field = (x, y, z) => sole(x - 0.1, y, z);
  return mirrored(within(blended(0.008, upper, shifted), (_x, y) => Math.max(-y, y - (boots ? 0.22 : 0.105)), 0.006));
}
