import * as v from 'valibot';
import { isRecord } from '../../graph/documents.ts';

/** What an update stream brings: one schema for each event of the contract. */

const url = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const coordinate = v.pipe(v.number(), v.finite(), v.minValue(-1e4), v.maxValue(1e4));
const vec3 = v.tuple([coordinate, coordinate, coordinate]);
const label = v.pipe(v.string(), v.maxLength(200));

export const staleEvent = v.object({
  urls: v.pipe(v.array(url), v.maxLength(20_000)),
  // Each document is checked when somebody reads it.
  denormalized: v.optional(v.custom<Readonly<Record<string, unknown>>>(isRecord, 'denormalized is not an object'), {}),
});

const intentSchema = v.object({
  path: v.optional(v.pipe(v.array(vec3), v.maxLength(1000))),
  start: v.optional(v.pipe(v.number(), v.finite())),
  speed: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  animation: v.optional(label),
  look: v.optional(vec3),
});

export const presenceEvent = v.object({ avatar: url, ...intentSchema.entries });

export const messageEvent = v.object({
  url,
  avatar: url,
  text: v.pipe(v.string(), v.maxLength(1000)),
  at: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
});

/** What somebody is doing: a path that began at `start` (seconds since 1970 on the server's clock), a clip, a point to look at. */
export type Intent = v.InferOutput<typeof intentSchema>;
export type StaleEvent = v.InferOutput<typeof staleEvent>;
export type PresenceEvent = v.InferOutput<typeof presenceEvent>;
export type MessageEvent = v.InferOutput<typeof messageEvent>;

/** The listener of a stream. URLs are as the server wrote them. */
export interface UpdateListener {
  stale(event: StaleEvent): void;
  presence(event: PresenceEvent): void;
  message(event: MessageEvent): void;
  /** The position is too old: every document must be validated again. */
  reset(): void;
  state(state: StreamState): void;
  /** An event is not what the contract says, or the server ended the stream for good; the stream goes on in the first case. */
  failed(error: unknown): void;
}

export type StreamState = 'connecting' | 'connected' | 'reconnecting' | 'off';
