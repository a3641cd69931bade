import type { Message, Person, StreamState } from '../../live/live-room.ts';
import type { RoomProgress } from '../../room/resources/progress.ts';

/** The events of `<room-viewer>`, by name. They do not bubble. */
export interface RoomViewerEvents {
  progress: CustomEvent<RoomProgress>;
  interactive: CustomEvent<undefined>;
  complete: CustomEvent<undefined>;
  /** The room cannot be shown. */
  error: CustomEvent<FailureDetail>;
  /** One document or resource failed. The rest goes on. */
  'resource-error': CustomEvent<FailureDetail>;
  /** An avatar or thing was clicked or tapped. `preventDefault()` prevents the viewer's own reaction. */
  pick: CustomEvent<PickDetail>;
  /** Live room: somebody entered, perhaps the visitor. */
  join: CustomEvent<{ readonly person: Person }>;
  leave: CustomEvent<{ readonly person: Person }>;
  /** Somebody said something. */
  message: CustomEvent<Message>;
  /** Documents changed and the room shows it. `urls` are those documents. */
  change: CustomEvent<{ readonly urls: readonly string[] }>;
  /** The connection to a live room: `connecting`, `connected`, `reconnecting` or `off`. */
  live: CustomEvent<{ readonly state: StreamState }>;
}

/** What was clicked, and where. */
export interface PickDetail {
  readonly kind: 'avatar' | 'furniture';
  /** Name of the avatar, the piece of furniture, or its product. */
  readonly name: string;
  /** URL of its edge in the room. */
  readonly url: string;
  /** The point on its surface, metres. */
  readonly point: readonly [number, number, number];
  /** Normal of that surface, length 1, towards the camera. */
  readonly normal: readonly [number, number, number];
  readonly originalEvent: PointerEvent;
}

export interface FailureDetail {
  readonly url: string;
  /** Usually a `LoadError` or a `FormatError`. */
  readonly error: unknown;
}

type EventMap = Omit<HTMLElementEventMap, keyof RoomViewerEvents> & RoomViewerEvents;
type Listener<K extends keyof EventMap> = (this: HTMLElement, event: EventMap[K]) => unknown;

/** An HTMLElement whose `progress` and `error` events are not those of images and videos. */
export interface RoomElement extends HTMLElement {
  addEventListener<K extends keyof EventMap>(type: K, listener: Listener<K>, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof EventMap>(type: K, listener: Listener<K>, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}
