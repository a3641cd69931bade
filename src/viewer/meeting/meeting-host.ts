import type { PerspectiveCamera, Scene } from 'three';
import type { Clock } from '../../core/clock.ts';
import type { LiveRoom } from '../../live/live-room.ts';
import type { Person } from '../../live/person.ts';
import type { RenderBackend } from '../../render/backend.ts';
import type { LiveAvatar } from '../../room/avatars/live-avatar.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { View } from '../camera/camera-rig.ts';
import type { Words } from '../strings/words.ts';

/** The part of a `<room-viewer>` that its controls use. */
export interface MeetingHost extends HTMLElement {
  readonly session: RoomSession | undefined;
  readonly camera: PerspectiveCamera | undefined;
  readonly scene: Scene | undefined;
  readonly view: View;
  /** The live room. Undefined if the room's documents name no updates, and until its code has loaded. */
  readonly live: LiveRoom | undefined;
  readonly me: Person | undefined;
  enter(who: { readonly name: string; readonly avatar?: string }): Promise<unknown>;
  leave(): Promise<void>;
  lookFrom(view: View, options?: { readonly jump?: boolean }): void;
  lookAt(who: LiveAvatar | string): void;
  toBlob(options: { readonly width: number; readonly height: number; readonly type: string }): Promise<Blob>;
}

export interface MeetingOptions {
  readonly host: MeetingHost;
  /** The viewer's shadow root, the parent of the controls. */
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  /** The layer that moves with the picture: tags and bubbles. */
  readonly layer: HTMLElement;
  readonly words: Words;
  readonly clock: Clock;
  readonly renderer: RenderBackend;
  /** Announces a text to screen readers. */
  readonly say: (text: string) => void;
  /** Keys that were pressed before this code had loaded. */
  readonly early: readonly KeyboardEvent[];
}
