import type { Box3, Sphere } from 'three';
import { CRITICAL, CRITICAL_VISIBLE, HIGH, type Priority } from '../../net/queue/priority.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { Subscriber } from './frame-changes.ts';
import { isSettled } from './resource-state.ts';
import type { RoomResource } from './room-resource.ts';
import type { RoomResources } from './room-resources.ts';
import type { ViewScore } from './view-score.ts';

/** Something that stands in the room and shows products: what makes them urgent is how large the camera sees it. */
export interface Placed extends Subscriber {
  /** In the world; kept up to date by its owner. */
  readonly sphere: Sphere;
  /** As `sphere`; undefined where it may lie outside. */
  readonly box?: Box3 | undefined;
  /** True where documents tell no bounds: the sphere is a guess, and it may be seen anywhere. */
  readonly unbounded?: boolean;
  /** Calls `use` with each product that it needs now. */
  eachProduct(use: (product: LiveProduct) => void): void;
  /** Whether it plays that clip. */
  plays(clip: string): boolean;
}

interface Score {
  /** For somebody it is; another may see it as a mere refinement. */
  critical: boolean;
  visible: boolean;
  area: number;
}

/** A change below this share is not worth a new place in the queue. */
const WORTHWHILE = 0.25;

/** What the camera does not see now is worth less by that. */
const UNSEEN = 16;

/** Scores what waits by what the camera sees: class by visibility, utility by pixels. The queue divides by bytes. */
export class RoomPriorities {
  readonly #scores = new Map<RoomResource, Score>();

  /**
   * Scores everything placed anew. About 2 microseconds a resource: for a few times a second, not for every frame.
   * @param matters - whether the resources of a product need a score.
   */
  look(view: ViewScore, placed: Iterable<Placed>, matters: (product: LiveProduct) => boolean): void {
    this.#scores.clear();
    this.add(view, placed, matters);
  }

  /** Scores more things between two looks. */
  add(view: ViewScore, placed: Iterable<Placed>, matters: (product: LiveProduct) => boolean): void {
    for (const place of placed) {
      const visible = place.unbounded || view.sees(place.sphere, place.box);
      const area = view.area(place.sphere);
      place.eachProduct(product => {
        if (!matters(product)) return;
        for (const resource of product.critical()) {
          const idle = resource.info.kind === 'animation' && !place.plays(resource.info.name);
          this.#raise(resource, true, visible && !idle, idle ? 0 : area);
        }
        for (const resource of product.highs()) this.#raise(resource, false, visible, area);
      });
    }
  }

  /** The priority of `resource` as of the latest look. */
  of(resource: RoomResource, critical: boolean): Priority {
    const score = this.#scores.get(resource);
    if (!critical && !score?.critical) return { class: HIGH, utility: this.visibilityOf(resource) };
    return { class: score?.visible ? CRITICAL_VISIBLE : CRITICAL, utility: score?.area ?? 0 };
  }

  /** How much better the room looks with the high texture `resource` than with its low one: pixels, fewer where it is not seen now. */
  visibilityOf(resource: RoomResource): number {
    const score = this.#scores.get(resource);
    return score ? (score.visible ? score.area : score.area / UNSEEN) : 0;
  }

  /** Moves what waits, for the network or for the GPU, to its new place, where that is worth it. */
  apply(store: RoomResources, products: Iterable<LiveProduct>): void {
    for (const product of products) {
      for (const resource of product.critical()) this.#apply(store, resource, true);
      for (const resource of product.refinements()) this.#apply(store, resource, false);
    }
  }

  #apply(store: RoomResources, resource: RoomResource, critical: boolean): void {
    if (resource.state === 'known' || isSettled(resource.state)) return;
    const before = resource.priority;
    const now = this.of(resource, critical);
    const change = Math.abs(now.utility - before.utility);
    if (now.class !== before.class || change > WORTHWHILE * Math.max(now.utility, before.utility))
      store.prioritise(resource, now);
  }

  #raise(resource: RoomResource, critical: boolean, visible: boolean, area: number): void {
    const score = this.#scores.get(resource);
    if (!score) this.#scores.set(resource, { critical, visible, area });
    else {
      score.critical ||= critical;
      score.visible ||= visible;
      score.area = Math.max(score.area, area);
    }
  }
}
