'use client';
/**
 * `<RoomViewer>` for React 18 and 19: the element `<room-viewer>` with its attributes as props, and its events as functions.
 *
 * ```tsx
 * import { RoomViewer } from 'foyer/react';
 *
 * <RoomViewer src="/rooms/lounge/room.json" cameraControls onInteractive={() => setOpen(true)} style={{ height: '80vh' }} />;
 * ```
 *
 * The element's code is loaded in the browser only, after React has put the element on the page.
 */
import {
  createElement,
  type ForwardedRef,
  type ForwardRefExoticComponent,
  forwardRef,
  type HTMLAttributes,
  type RefAttributes,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react';
import type { RoomViewer as RoomViewerElement } from './viewer/element/room-viewer.ts';
import type { RoomViewerAttributes } from './viewer/element/viewer-attributes.ts';
import type { RoomViewerEvents } from './viewer/element/viewer-events.ts';

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name;

/** The attributes of docs/viewer.md in camel case. `true` is an attribute without a value, `false` none. */
export type RoomViewerAttributeProps = {
  [Name in keyof RoomViewerAttributes as CamelCase<Name>]?: RoomViewerAttributes[Name] | undefined;
};

/** A function for each event: `onInteractive`, `onResourceError` and so on. */
export type RoomViewerEventProps = {
  [Name in keyof RoomViewerEvents as `on${Capitalize<CamelCase<Name>>}`]?: ((event: RoomViewerEvents[Name]) => void) | undefined;
};

type ElementProps = Omit<HTMLAttributes<HTMLElement>, keyof RoomViewerAttributeProps | keyof RoomViewerEventProps>;

export interface RoomViewerProps extends RoomViewerAttributeProps, RoomViewerEventProps, ElementProps {}

export type { RoomViewerElement };

const attributes: Readonly<Record<keyof RoomViewerAttributeProps, keyof RoomViewerAttributes>> = {
  src: 'src',
  poster: 'poster',
  alt: 'alt',
  cameraControls: 'camera-controls',
  controls: 'controls',
  quality: 'quality',
  memory: 'memory',
  renderer: 'renderer',
  live: 'live',
  loading: 'loading',
  reveal: 'reveal',
  paused: 'paused',
  sound: 'sound',
  touchAction: 'touch-action',
  fov: 'fov',
  minDistance: 'min-distance',
  maxDistance: 'max-distance',
  autoRotate: 'auto-rotate',
  collector: 'collector',
  saveBattery: 'save-battery',
};

const events: Readonly<Record<keyof RoomViewerEventProps, keyof RoomViewerEvents>> = {
  onProgress: 'progress',
  onInteractive: 'interactive',
  onComplete: 'complete',
  onError: 'error',
  onResourceError: 'resource-error',
  onPick: 'pick',
  onJoin: 'join',
  onLeave: 'leave',
  onMessage: 'message',
  onChange: 'change',
  onLive: 'live',
};

type Names<T> = (keyof T)[];
const attributeNames = Object.keys(attributes) as Names<RoomViewerAttributeProps>;
const eventNames = Object.keys(events) as Names<RoomViewerEventProps>;

/** A room in 3D. `ref` is the element: `ref.current?.lookFrom(…)`, from the `interactive` event on. */
export const RoomViewer: ForwardRefExoticComponent<RoomViewerProps & RefAttributes<RoomViewerElement>> = forwardRef(
  function RoomViewer(props: RoomViewerProps, forwarded: ForwardedRef<RoomViewerElement>) {
    const element = useRef<RoomViewerElement | null>(null);
    const latest = useRef(props);
    // By hand: what React makes of `true`, `false` and a missing value differs by version, and by whether the element is known yet.
    useEffect(() => {
      latest.current = props;
      for (const name of attributeNames) write(element.current, attributes[name], props[name]);
    });
    useEffect(() => {
      const own = element.current;
      const stop = new AbortController();
      for (const name of eventNames) {
        const listener = (event: Event) => (latest.current[name] as ((event: Event) => void) | undefined)?.(event);
        own?.addEventListener(events[name], listener, { signal: stop.signal });
      }
      void import('./index.ts');
      return () => stop.abort();
    }, []);
    useImperativeHandle<RoomViewerElement | null, RoomViewerElement | null>(forwarded, () => element.current, []);
    // React 18 writes `className` of a custom element as the attribute `classname`.
    const { className, ...others } = props;
    const rest: Record<string, unknown> = { ...(className === undefined ? {} : { class: className }), ...others, ref: element };
    for (const name of [...attributeNames, ...eventNames]) delete rest[name];
    return createElement('room-viewer', rest);
  },
);

/** Sets an attribute where it says something else. */
function write(element: Element | null, name: string, value: unknown): void {
  if (value === undefined || value === null || value === false) element?.removeAttribute(name);
  else {
    const text = value === true ? '' : String(value);
    if (element?.getAttribute(name) !== text) element?.setAttribute(name, text);
  }
}
