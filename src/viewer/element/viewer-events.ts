import type { Message, Person, StreamState } from '../../live/live-room.ts';
import type { RoomProgress } from '../../room/resources/progress.ts';

/** The events of `<room-viewer>`, by name: what `addEventListener` hands to its listener. They do not bubble. */
export interface RoomViewerEvents {
  progress: CustomEvent<RoomProgress>;
  interactive: CustomEvent<undefined>;
  complete: CustomEvent<undefined>;
  /** The room itself cannot be shown. */
  error: CustomEvent<FailureDetail>;
  /** One document or resource cannot be had; the rest goes on. */
  'resource-error': CustomEvent<FailureDetail>;
  /** Somebody or something was clicked or tapped. `preventDefault()` keeps the viewer from doing anything about it. */
  pick: CustomEvent<PickDetail>;
  /** Of a live room: somebody came in, you too. */
  join: CustomEvent<{ readonly person: Person }>;
  leave: CustomEvent<{ readonly person: Person }>;
  /** Somebody said something. */
  message: CustomEvent<Message>;
  /** Documents changed and the room shows it; their URLs. */
  change: CustomEvent<{ readonly urls: readonly string[] }>;
  /** The connection to a live room: `connecting`, `connected`, `reconnecting` or `off`. */
  live: CustomEvent<{ readonly state: StreamState }>;
}

/** What was clicked, and where. */
export interface PickDetail {
  readonly kind: 'avatar' | 'furniture';
  /** Of the person, or of the piece of furniture (its product's where it has none of its own). */
  readonly name: string;
  /** Of the edge that put it into the room. */
  readonly url: string;
  /** Where its surface was met, metres. */
  readonly point: readonly [number, number, number];
  /** Of that surface, length 1, towards the camera. */
  readonly normal: readonly [number, number, number];
  readonly originalEvent: PointerEvent;
}

export interface FailureDetail {
  readonly url: string;
  /** Most often a `LoadError` or a `FormatError`. */
  readonly error: unknown;
}

type EventMap = Omit<HTMLElementEventMap, keyof RoomViewerEvents> & RoomViewerEvents;
type Listener<K extends keyof EventMap> = (this: HTMLElement, event: EventMap[K]) => unknown;

/** An HTMLElement whose `progress` and `error` are not those of pictures and videos. */
export interface RoomElement extends HTMLElement {
  addEventListener<K extends keyof EventMap>(type: K, listener: Listener<K>, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof EventMap>(type: K, listener: Listener<K>, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}
