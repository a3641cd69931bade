import type { RoomSession } from '../../room/room-session.ts';
import type { RoomSound, RoomSoundOptions } from './room-sound.ts';

export interface SoundFollowingOptions extends Pick<RoomSoundOptions, 'host' | 'overlay' | 'emit'> {
  readonly attributes: { readonly sound: boolean; readonly buttons: boolean };
  /** The open room; undefined where there is none. */
  readonly place: { readonly session: RoomSession | undefined };
}

/** Loads the code of the room's sound when somebody may want to hear it. */
export class SoundFollowing {
  readonly #options: SoundFollowingOptions;
  #sound: RoomSound | undefined;

  constructor(options: SoundFollowingOptions) {
    this.#options = options;
  }

  /** Takes up what the attributes `sound` and `controls` say. */
  async update(): Promise<void> {
    const { attributes, host, overlay, emit, place } = this.#options;
    const { session } = place;
    if (!this.#sound && session && (attributes.sound || attributes.buttons)) {
      const module = await import('./room-sound.ts').catch(() => undefined);
      if (module && session === place.session) this.#sound ??= new module.RoomSound({ session, host, overlay, emit });
    }
    if (this.#sound) this.#sound.wanted = attributes.sound;
  }

  /** The room was left. */
  end(): void {
    this.#sound?.dispose();
    this.#sound = undefined;
  }
}
