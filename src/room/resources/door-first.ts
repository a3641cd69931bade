/** Decides when a room requests what the camera does not see from its door. */
import { CRITICAL_VISIBLE, type Priority } from '../../net/queue/priority.ts';
import type { RoomResource } from './room-resource.ts';

/**
 * Holds back what the door does not need while the visitor waits for it. Where the processor is the limit, each file and its decoding
 * delay the door. The rest follows when all that the camera sees has arrived and is nearly decoded, so that the link hardly idles.
 */
export class DoorFirst {
  readonly #isHeldUp: () => boolean;
  readonly #isStuck: () => boolean;
  /** Started resources that the camera sees and that have not arrived. */
  readonly #coming = new Set<RoomResource>();
  #isOpen = false;
  #hasRefused = false;

  /**
   * @param isHeldUp - whether more wait for the decoder than its workers have at hand.
   * @param isStuck - whether nothing has arrived for a while. From then on nothing is held back: the link would be idle.
   */
  constructor(isHeldUp: () => boolean, isStuck: () => boolean) {
    this.#isHeldUp = isHeldUp;
    this.#isStuck = isStuck;
  }

  /** Holds nothing back from now on: the room is interactive, or goes on without what is missing. */
  open(): void {
    this.#isOpen = true;
  }

  /** Whether a resource of this priority may start. Ask for what the camera sees first. */
  admits({ class: of }: Priority): boolean {
    const admitted = of <= CRITICAL_VISIBLE || this.#isFree;
    this.#hasRefused ||= !admitted;
    return admitted;
  }

  /** Returns true once when what was refused may start now. */
  releases(): boolean {
    const released = this.#hasRefused && this.#isFree;
    if (released) this.#hasRefused = false;
    return released;
  }

  /** Takes note of a resource that starts, or is in another state. */
  note(resource: RoomResource): void {
    if (resource.state !== 'waiting') this.#coming.delete(resource);
    else if (!this.#isOpen && resource.priority.class <= CRITICAL_VISIBLE) this.#coming.add(resource);
  }

  get #isFree(): boolean {
    // For good: what starts next counts as progress, so only one file would be admitted.
    return (this.#isOpen ||= this.#isStuck()) || (this.#coming.size === 0 && !this.#isHeldUp());
  }
}
