import type { Avatar } from '../../avatar/avatar.ts';

/** Moves an avatar instead of its documents. */
export interface AvatarGuide {
  /** Name of the clip that plays. */
  readonly clip: string | undefined;
  /** Plays the clip and places the avatar. Called when its skeleton or clip has just arrived. */
  begin(avatar: Avatar): void;
}
