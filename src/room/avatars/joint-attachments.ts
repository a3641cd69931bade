import type { Group, Object3D } from 'three';
import type { Avatar } from '../../avatar/avatar.ts';
import { JointGroup } from './joint-group.ts';

interface Held {
  readonly object: Object3D;
  readonly joint: string;
  /** Undefined until the skeleton has arrived, and if it lacks the joint. */
  on: JointGroup | undefined;
  /** The avatar that holds it now. */
  among: Set<Held>;
}

/** Objects of three.js on the joints of one avatar. Their creators keep ownership. */
export class JointAttachments {
  readonly #held = new Set<Held>();

  /** @param avatar - undefined until its skeleton has arrived: `holdAll` attaches the object then. @returns detaches it. */
  add(object: Object3D, joint: string, avatar: Avatar | undefined, parent: Group): () => void {
    const held: Held = { object, joint, on: undefined, among: this.#held };
    this.#held.add(held);
    if (avatar) hold(held, avatar, parent);
    return () => {
      if (held.among.delete(held)) takeOff(held);
    };
  }

  /** Attaches all objects, once the avatar has its skeleton. @returns joints that it lacks. */
  holdAll(avatar: Avatar, parent: Group): string[] {
    for (const held of this.#held) hold(held, avatar, parent);
    return [...this.#held].filter(({ on }) => !on).map(({ joint }) => joint);
  }

  /** Hands all objects to another avatar. The functions that detach them stay valid. */
  handOver(next: JointAttachments): void {
    for (const held of this.#held) {
      takeOff(held);
      held.on = undefined;
      held.among = next.#held;
      next.#held.add(held);
    }
    this.#held.clear();
  }

  /** Call it after each evaluation of the avatar. */
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

/** Removes an object from a group, unless its creator moved it elsewhere. */
function takeOff({ object, on }: Held): void {
  if (object.parent === on?.group) object.removeFromParent();
  on?.dispose();
}
