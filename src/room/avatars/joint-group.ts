import { Group } from 'three';
import type { Avatar } from '../../avatar/avatar.ts';

/** A group that follows a joint of an avatar. */
export class JointGroup {
  readonly group = new Group();
  readonly #avatar: Avatar;
  readonly #joint: Float32Array;

  /**
   * @param parent - the avatar's own group.
   * @returns undefined if the skeleton has no such joint.
   */
  static on(avatar: Avatar, parent: Group, joint: string): JointGroup | undefined {
    const matrix = avatar.attach(joint);
    return matrix && new JointGroup(avatar, parent, matrix);
  }

  private constructor(avatar: Avatar, parent: Group, joint: Float32Array) {
    this.#avatar = avatar;
    this.#joint = joint;
    this.group.matrixAutoUpdate = false;
    parent.add(this.group);
    this.moved();
  }

  /** Call it after each evaluation of the avatar. Allocates nothing. */
  moved(): void {
    this.group.matrix.fromArray(this.#joint);
    this.group.matrixWorldNeedsUpdate = true;
  }

  /** Removes the group with its children. */
  dispose(): void {
    this.#avatar.detach(this.#joint);
    this.group.removeFromParent();
  }
}
