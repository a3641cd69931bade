import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import { type EnterOptions, LiveRoom, type Person } from '../../live/live-room.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { RoomViewerEvents } from '../element/viewer-events.ts';
import type { Stage } from '../stage/stage.ts';
import { AvatarWalker } from './avatar-walker.ts';

export interface LiveVisitOptions {
  readonly session: RoomSession;
  readonly stage: Pick<Stage, 'camera' | 'frames'>;
  readonly clock: Clock;
  /** URL of the API's entry point. Undefined: `/api` on the room's origin, after redirects. */
  readonly api: string | undefined;
  readonly reserve: (url: string) => () => void;
  readonly emit: <K extends keyof RoomViewerEvents>(type: K, detail: RoomViewerEvents[K]['detail']) => void;
}

/** A viewer's visit to a live room: the room, the visitor's own avatar, and the events of both for the page. */
export class LiveVisit implements Disposable {
  readonly live: LiveRoom;
  readonly walker: AvatarWalker;

  constructor({ session, stage, clock, api, reserve, emit }: LiveVisitOptions) {
    this.live = new LiveRoom(session, { clock, api, reserve });
    this.walker = new AvatarWalker(this.live, stage.camera);
    const { events } = this.live;
    // What others do is visible at once, also in a still room.
    for (const type of ['join', 'leave', 'presence', 'change', 'message', 'me'] as const)
      events.on(type, () => stage.frames.wake());
    events.on('join', ({ person }) => emit('join', { person }));
    events.on('leave', ({ person }) => emit('leave', { person }));
    events.on('message', message => emit('message', message));
    events.on('change', ({ urls }) => emit('change', { urls }));
    events.on('state', state => emit('live', { state }));
    events.on('failed', ({ error }) => emit('resource-error', { url: urlOf(error) ?? session.url, error }));
  }

  enter(options: EnterOptions): Promise<Person> {
    return this.live.enter(options);
  }

  dispose(): void {
    this.walker.dispose();
    this.live.dispose();
  }
}

function urlOf(error: unknown): string | undefined {
  const { url } = error as { readonly url?: unknown };
  return typeof url === 'string' ? url : undefined;
}
