import * as v from 'valibot';
import {
  MAX_COORDINATE,
  MAX_LIGHT,
  MAX_NAME,
  MAX_SCALE,
  MAX_SCROLL,
  MAX_SPEED,
  MAX_SPIN,
  MAX_SWING,
} from '../../core/document-limits.ts';

/** The schema of a room description (docs/import.md). It rejects unknown keys, so that typing errors are noticed. */

/** A number in metres or another unit. Larger values are mistakes, and 32-bit floats lose millimetres there. */
const number = v.pipe(v.number(), v.finite(), v.minValue(-MAX_COORDINATE), v.maxValue(MAX_COORDINATE));
const positive = v.pipe(number, v.minValue(1e-4));
const triple = v.tuple([number, number, number]);
/** Linear light. A lamp may be brighter than white paper. */
const bright = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MAX_LIGHT));
const color = v.tuple([bright, bright, bright]);
const direction = v.pipe(
  triple,
  v.check(d => d.some(x => x !== 0), 'a direction has a length'),
);
const scale = v.pipe(
  v.number(),
  v.finite(),
  v.minValue(-MAX_SCALE),
  v.maxValue(MAX_SCALE),
  v.check(x => x !== 0, 'nothing is 0 times as large'),
);
const named = v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_NAME));

const rate = v.pipe(v.number(), v.minValue(-MAX_SCROLL), v.maxValue(MAX_SCROLL));
/** How the textures of a material move: lengths a second along u and v; with `swing`, there and back in so many seconds. */
const scroll = v.union([
  v.tuple([rate, rate]),
  v.strictObject({ rate: v.tuple([rate, rate]), swing: v.pipe(v.number(), v.minValue(0.1), v.maxValue(MAX_SWING)) }),
]);

const place = {
  /** Key of `models`. */
  model: named,
  position: v.optional(triple, [0, 0, 0]),
  /** Degrees about y, counter-clockwise from above. */
  turn: v.optional(number, 0),
  name: v.optional(named),
  /** Name of a furnishing; position and turn are then relative to it. */
  at: v.optional(named),
};

const furnishing = v.strictObject({
  ...place,
  scale: v.optional(v.union([scale, v.tuple([scale, scale, scale])])),
  /** Degrees a second that it turns about its upright axis, counter-clockwise from above. */
  spin: v.optional(v.pipe(number, v.minValue(-MAX_SPIN), v.maxValue(MAX_SPIN))),
});

const worn = v.union([
  named,
  v.strictObject({
    /** Key of `models`. */
    model: named,
    /** A joint of the skeleton, or a VRM bone. */
    joint: v.optional(named),
  }),
]);

const avatar = v.strictObject({
  ...place,
  animation: v.optional(named),
  path: v.optional(v.pipe(v.array(triple), v.minLength(2), v.maxLength(1000))),
  speed: v.optional(v.pipe(number, v.minValue(0), v.maxValue(MAX_SPEED))),
  phase: v.optional(number),
  outfit: v.optional(v.pipe(v.array(worn), v.maxLength(64)), []),
});

const light = v.strictObject({
  sky: color,
  ground: color,
  sun: v.strictObject({ direction, color }),
  background: color,
  fog: v.optional(
    v.pipe(
      v.strictObject({ color, near: v.pipe(number, v.minValue(0)), far: positive }),
      v.check(({ near, far }) => near < far, 'fog ends (far) behind where it begins (near)'),
    ),
  ),
  exposure: v.optional(v.pipe(bright, v.minValue(1e-3))),
});

export const roomSchema = v.strictObject({
  /** URL of the schema for editors: docs/room.schema.json. */
  $schema: v.optional(v.string()),
  name: v.pipe(v.string(), v.maxLength(MAX_NAME)),
  models: v.record(named, v.string()),
  /** By key of `models`, then by name of a material. */
  scroll: v.optional(v.record(named, v.record(named, scroll)), {}),
  light: v.optional(light),
  /** File of a sound in the folder of the room's file or below it. */
  sound: v.optional(named),
  spawn: v.optional(v.strictObject({ position: triple, target: triple }), { position: [0, 1.6, 4], target: [0, 1, 0] }),
  floor: v.optional(
    v.strictObject({
      /** Metres along x and z. */
      size: v.tuple([v.pipe(positive, v.maxValue(10_000)), v.pipe(positive, v.maxValue(10_000))]),
      color: v.optional(color, [0.55, 0.47, 0.4]),
    }),
  ),
  furniture: v.optional(v.pipe(v.array(furnishing), v.maxLength(10_000)), []),
  avatars: v.optional(v.pipe(v.array(avatar), v.maxLength(1000)), []),
});

export type RoomFile = v.InferOutput<typeof roomSchema>;
