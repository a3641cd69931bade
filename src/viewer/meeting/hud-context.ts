import type { TemplateResult } from 'lit-html';
import type { LiveRoom } from '../../live/live-room.ts';
import type { MeetingString } from '../strings/meeting/english.ts';
import type { MeetingHost } from './meeting-host.ts';

export type PanelName = 'join' | 'chat' | 'people' | 'gestures' | 'wardrobe' | 'decorate' | 'share';

/** What every panel can do. */
export interface HudContext {
  readonly host: MeetingHost;
  /** The live room, where there is one. */
  readonly live: LiveRoom | undefined;
  text(name: MeetingString, values?: Readonly<Record<string, string | number>>): string;
  /** The form of a text that fits a number: `name` without its `.one` or `.other`. */
  plural(name: string, count: number): string;
  /** Something that is shown changed: it is drawn again with the next frame, once. */
  changed(): void;
  /** Something changed that only this panel shows: nothing is drawn again while it is closed. Undefined: any panel may show it. */
  changedIn(panel: PanelName | undefined): void;
  /** Says something to everybody, for a few seconds, and to screen readers. */
  tell(text: string): void;
  /** Does something that may fail, and says so where it does. @returns whether it succeeded. */
  attempt(action: () => Promise<unknown>): Promise<boolean>;
  open(panel: PanelName): void;
  close(): void;
}

/** One panel of the controls: what it is called, and what is in it. */
export interface Panel {
  title(): string;
  template(): TemplateResult;
  opened?(): void;
  closed?(): void;
  dispose?(): void;
}
