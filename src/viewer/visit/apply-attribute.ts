import type { ViewerAttributes } from '../element/viewer-attributes.ts';
import type { SoundFollowing } from '../sound/sound-following.ts';
import type { Overlay, ViewerState } from '../status/overlay.ts';
import type { StatusAnnouncer } from '../status/status-announcer.ts';
import type { LiveFollowing } from './live-following.ts';
import type { PictureLayers } from './picture-layers.ts';
import type { ViewerResources } from './viewer-resources.ts';
import type { Visit } from './visit.ts';
import type { Visitor } from './visitor.ts';

/** What attributes change. */
export interface AttributeTargets {
  readonly state: ViewerState;
  paused: boolean;
  readonly resources: ViewerResources | undefined;
  readonly visit: Visit | undefined;
  readonly visitor: Visitor | undefined;
  readonly layers: PictureLayers;
  readonly sound: SoundFollowing;
  readonly following: LiveFollowing;
  readonly announcer: StatusAnnouncer;
  /** Shows or hides the buttons, as the attribute `controls` says. */
  showButtons(): void;
}

/** Applies an attribute of the element. `src` and `renderer` are for `RoomPlayer.open`. */
export function applyAttribute(name: string, attributes: ViewerAttributes, overlay: Overlay, to: AttributeTargets): void {
  const { resources, visit, visitor, following } = to;
  const isOpen = to.state === 'interactive' || to.state === 'complete';
  resources?.stage.frames.wake();
  if (name === 'poster') overlay.poster = attributes.poster;
  else if (name === 'alt') to.announcer.name();
  else if (name === 'controls') {
    void to.layers.showButtons();
    if (isOpen) to.showButtons();
  } else if (name === 'sound') void to.sound.update();
  else if (name === 'live') {
    // Before the room is open, nothing is followed. Callers that wait for the live room go on waiting.
    if (!isOpen) return;
    following.end();
    void following.begin();
  } else if (name === 'paused') to.paused = attributes.paused;
  else if (name === 'quality' || name === 'memory' || name === 'save-battery') {
    if (!resources) return;
    resources.stage.quality = attributes.quality;
    resources.stage.frames.saveBattery = attributes.saveBattery;
    resources.memory.limit = attributes.memory;
    if (visit) visit.session.sparing = attributes.sparing;
  } else if (name === 'collector') {
    if (resources) resources.queue.collector = attributes.collector;
  } else {
    if (name === 'camera-controls') overlay.controls = attributes.controls;
    if (visitor) visitor.manners = attributes;
    if (resources) resources.stage.fov = attributes.fov;
  }
}
