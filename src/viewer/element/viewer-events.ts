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
