import type { Group, Object3D } from 'three';
import type { Avatar } from '../../avatar/avatar.ts';
import { JointGroup } from './joint-group.ts';

interface Held {
  readonly object: Object3D;
  readonly joint: string;
  /** Undefined until there is a skeleton, and for one without that joint. */
  on: JointGroup | undefined;
  /** Who has it now. */
  among: Set<Held>;
}

/** Objects of three's that hang on joints of one avatar. They stay their makers'. */
export class JointAttachments {
  readonly #held = new Set<Held>();

  /** @param avatar - undefined while its skeleton is to come: then the object is hung by `holdAll`. @returns takes it off. */
  add(object: Object3D, joint: string, avatar: Avatar | undefined, parent: Group): () => void {
    const held: Held = { object, joint, on: undefined, among: this.#held };
    this.#held.add(held);
    if (avatar) hold(held, avatar, parent);
    return () => {
      if (held.among.delete(held)) takeOff(held);
    };
  }

  /** The avatar has its skeleton now. @returns joints that it lacks. */
  holdAll(avatar: Avatar, parent: Group): string[] {
    for (const held of this.#held) hold(held, avatar, parent);
    return [...this.#held].filter(({ on }) => !on).map(({ joint }) => joint);
  }

  /** Somebody else holds all of it from now on; what took a thing off goes on to. */
  handOver(next: JointAttachments): void {
    for (const held of this.#held) {
      takeOff(held);
      held.on = undefined;
      held.among = next.#held;
      next.#held.add(held);
    }
    this.#held.clear();
  }

  /** After each evaluation of the avatar. */
  moved(): void {
    for (const { on } of this.#held) on?.moved();
  }

  dispose(): void {
    for (const held of this.#held) takeOff(held);
    this.#held.clear();
  }
}

function hold(held: Held, avatar: Avatar, parent: Group): void {
  held.on = JointGroup.on(avatar, parent, held.joint);
  held.on?.group.add(held.object);
}

/** Its maker may have hung it elsewhere meanwhile: there it stays. */
function takeOff({ object, on }: Held): void {
  if (object.parent === on?.group) object.removeFromParent();
  on?.dispose();
}
