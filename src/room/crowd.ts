import { PoseScheduler } from '../avatar/pose-scheduler.ts';
import type { LiveAvatar } from './live-avatar.ts';
import type { ViewScore } from './view-score.ts';

interface Member {
  readonly avatar: LiveAvatar;
  /** Its place in the scheduler; undefined until it can move. */
  entry: ReturnType<PoseScheduler['add']> | undefined;
}

/** Everybody in the room: moved every frame, posed as often as their size in the picture deserves. */
export class Crowd {
  readonly avatars: LiveAvatar[] = [];
  readonly #members: Member[] = [];
  readonly #scheduler = new PoseScheduler();

  add(avatar: LiveAvatar): void {
    this.avatars.push(avatar);
    this.#members.push({ avatar, entry: undefined });
  }

  /** @param seconds - since the last frame. Allocates nothing once everybody is there. */
  update(seconds: number, view: ViewScore): void {
    for (let i = 0; i < this.#members.length; i++) {
      const member = this.#members[i];
      if (!member.entry && member.avatar.avatar) member.entry = this.#scheduler.add(member.avatar.avatar);
      if (member.entry) this.#scheduler.see(member.entry, view.share(member.avatar.sphere));
    }
    this.#scheduler.frame(seconds);
    for (let i = 0; i < this.avatars.length; i++) this.avatars[i].moved();
  }

  /** Everybody as they are `seconds` after they began. */
  poseAt(seconds: number): void {
    for (const avatar of this.avatars) avatar.poseAt(seconds);
  }

  dispose(): void {
    for (const { avatar, entry } of this.#members) {
      if (entry) this.#scheduler.remove(entry);
      avatar.dispose();
    }
    this.avatars.length = this.#members.length = 0;
  }
}
