import type { TemplateResult } from 'lit-html';
import type { LiveRoom } from '../../live/live-room.ts';
import type { MeetingString } from '../strings/meeting/english.ts';
import type { MeetingHost } from './meeting-host.ts';

export type PanelName = 'join' | 'chat' | 'people' | 'gestures' | 'wardrobe' | 'decorate' | 'share';

/** What every panel can use. */
export interface HudContext {
  readonly host: MeetingHost;
  /** The live room, if there is one. */
  readonly live: LiveRoom | undefined;
  text(name: MeetingString, values?: Readonly<Record<string, string | number>>): string;
  /** Returns the plural form of a text for a number. `name` has no `.one` or `.other`. */
  plural(name: string, count: number): string;
  /** Draws the controls again with the next frame, once. */
  changed(): void;
  /** Something changed that only this panel shows: nothing is drawn again while it is closed. Undefined: any panel may show it. */
  changedIn(panel: PanelName | undefined): void;
  /** Shows a message for a few seconds, and announces it to screen readers. */
  tell(text: string): void;
  /** Runs something that may fail, and shows a failure. @returns whether it succeeded. */
  attempt(action: () => Promise<unknown>): Promise<boolean>;
  open(panel: PanelName): void;
  close(): void;
}

/** One panel of the controls. */
export interface Panel {
  title(): string;
  template(): TemplateResult;
  opened?(): void;
  closed?(): void;
  dispose?(): void;
}
