import * as v from 'valibot';
import {
  MAX_COORDINATE,
  MAX_HEIGHT,
  MAX_LIGHT,
  MAX_NAME,
  MAX_RESOURCE_BYTES,
  MAX_SCALE,
  MAX_SCROLL,
  MAX_SPEED,
  MAX_SPIN,
  MAX_SWING,
} from '../core/document-limits.ts';
import { edge, edgeTo, link, node } from './documents.ts';

/** The documents a room is made of: one schema for each row of the table in docs/formats.md. Unknown fields are dropped. */

const coordinate = v.pipe(v.number(), v.finite(), v.minValue(-MAX_COORDINATE), v.maxValue(MAX_COORDINATE));
const vec3 = v.tuple([coordinate, coordinate, coordinate]);
const channel = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MAX_LIGHT));
const color = v.tuple([channel, channel, channel]);
const label = v.pipe(v.string(), v.maxLength(MAX_NAME));
const seconds = v.pipe(v.number(), v.finite());

const quaternion = v.pipe(
  v.tuple([v.number(), v.number(), v.number(), v.number()]),
  v.check(q => Number.isFinite(lengthOf(q)) && lengthOf(q) > 1e-6, 'a rotation must be a quaternion of a length above 0'),
  v.transform((q): [number, number, number, number] => {
    const length = lengthOf(q);
    return [q[0] / length, q[1] / length, q[2] / length, q[3] / length];
  }),
);

const factor = v.pipe(
  v.number(),
  v.finite(),
  v.check(s => s !== 0 && Math.abs(s) <= MAX_SCALE, `a scale must not be 0 and at most ${MAX_SCALE}`),
);

const bounds = v.pipe(
  v.object({ min: vec3, max: vec3 }),
  v.check(b => b.min.every((low, axis) => low <= b.max[axis]), 'bounds must have min <= max'),
);

const light = v.object({
  sky: color,
  ground: color,
  sun: v.object({ direction: vec3, color }),
  background: color,
  fog: v.optional(v.object({ color, near: coordinate, far: coordinate })),
  exposure: v.optional(channel),
});

export const roomDocument = node(
  v.object({
    name: v.optional(label, ''),
    light: v.optional(light),
    spawn: v.optional(v.object({ position: vec3, target: vec3 })),
    bounds: v.optional(bounds),
  }),
  v.object({
    furniture: v.optional(link),
    avatars: v.optional(link),
    messages: v.optional(link),
    // A server's entry point has it. Its `avatars` are not the edges of a room, so it would open as an empty room.
    rooms: v.optional(v.custom<never>(() => false, "a server's entry point")),
  }),
);

export const furnitureEdge = edge(
  v.object({
    position: v.optional(vec3, [0, 0, 0]),
    rotation: v.optional(quaternion, [0, 0, 0, 1]),
    scale: v.optional(v.union([factor, v.tuple([factor, factor, factor])]), 1),
    name: v.optional(label),
    /** Degrees a second that it turns about its upright axis, to the left. */
    spin: v.optional(v.pipe(v.number(), v.minValue(-MAX_SPIN), v.maxValue(MAX_SPIN))),
  }),
);

export const avatarEdge = edge(
  v.object({
    position: v.optional(vec3, [0, 0, 0]),
    rotation: v.optional(quaternion, [0, 0, 0, 1]),
    animation: v.optional(label),
    path: v.optional(v.pipe(v.array(vec3), v.maxLength(1000))),
    speed: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_SPEED))),
    phase: v.optional(seconds),
    /** When the walk along `path` began: seconds since 1970 on the server's clock. */
    start: v.optional(seconds),
    /** What it looks at. */
    look: v.optional(vec3),
    name: v.optional(label),
  }),
);

/** A message in a room. `ref` is the avatar of the speaker. */
export const messageEdge = edge(
  v.object({
    text: v.pipe(v.string(), v.minLength(1, 'a message must not be empty'), v.maxLength(280)),
    /** Time of arrival at the server, ISO 8601. */
    at: v.optional(v.pipe(v.string(), v.maxLength(40))),
  }),
);

export const avatarDocument = node(
  v.object({ name: v.optional(label, ''), height: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_HEIGHT))) }),
  v.object({ skeleton: link, outfit: link }),
);

export const outfitEdge = edge(v.object({ joint: v.optional(label) }));

const seat = v.object({
  position: vec3,
  rotation: v.optional(quaternion, [0, 0, 0, 1]),
  animation: v.optional(label),
});

export const productDocument = node(
  v.object({
    name: v.optional(label, ''),
    bounds: v.optional(bounds),
    category: v.optional(label),
    covers: v.optional(v.pipe(v.array(label), v.maxLength(100)), []),
    /** Places to sit, in the space of the product: where the sitting avatar is, and the clip that it plays. */
    seats: v.optional(v.pipe(v.array(seat), v.maxLength(100)), []),
  }),
  v.object({ resources: link }),
);

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16384));
const rate = v.pipe(v.number(), v.minValue(-MAX_SCROLL), v.maxValue(MAX_SCROLL));
const wrap = v.picklist(['repeat', 'clamp', 'mirror']);

const length = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_RESOURCE_BYTES));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'hash must be 64 lower-case hex digits'));

export const resourceEdge = edgeTo(
  v.object({
    kind: v.picklist(['mesh', 'skeleton', 'animation', 'texture']),
    tier: v.optional(v.picklist(['low', 'high'])),
    slot: v.optional(label),
    name: v.optional(label),
    bytes: length,
    type: label,
    hash,
    width: v.optional(size),
    height: v.optional(size),
    wrap: v.optional(v.tuple([wrap, wrap])),
    filter: v.optional(v.picklist(['linear', 'nearest'])),
    minify: v.optional(v.picklist(['nearest', 'level', 'blend'])),
    /** Lengths of the texture a second that it moves over its surfaces, along u and v. */
    scroll: v.optional(v.tuple([rate, rate])),
    /** Seconds in which it moves there and back instead. `scroll` is its greatest speed then. */
    swing: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(MAX_SWING))),
    /** The product's levels of detail have the colours of this texture at their vertices. */
    painted: v.optional(v.boolean()),
    mirrors: v.optional(v.pipe(v.array(link), v.maxLength(16))),
    /** Where its bytes begin in the bundle. */
    at: v.optional(length),
  }),
  v.object({ ref: link, bundle: v.optional(link) }),
);

/** One file that holds the bytes of several resources, so that they are one request. */
export const bundleDocument = node(v.object({ bytes: length, hash }), v.object({ ref: link }));

export type RoomDocument = v.InferOutput<typeof roomDocument>;
export type RoomLight = v.InferOutput<typeof light>;
export type FurnitureEdge = v.InferOutput<typeof furnitureEdge>;
export type AvatarEdge = v.InferOutput<typeof avatarEdge>;
export type ProductDocument = v.InferOutput<typeof productDocument>;
export type ResourceEdge = v.InferOutput<typeof resourceEdge>;
export type Bounds = v.InferOutput<typeof bounds>;

function lengthOf(q: readonly number[]): number {
  return Math.hypot(q[0], q[1], q[2], q[3]);
}
