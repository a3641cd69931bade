import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { Clock } from '../../core/clock.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { Subscriber } from '../resources/frame-changes.ts';
import type { RoomPriorities } from '../resources/room-priorities.ts';
import type { RoomResource } from '../resources/room-resource.ts';
import type { RoomResources } from '../resources/room-resources.ts';
import { LowToHighTexture } from './low-to-high-texture.ts';

type TextureResource = RoomResource<'texture'>;

/** Milliseconds that a texture stays low after it was evicted, so that a swaying camera does not reload it again and again. */
const REST_MS = 2000;

interface Candidate {
  readonly resource: TextureResource;
  /** All users of the texture or its low one. */
  readonly shownBy: readonly LowToHighTexture[];
  readonly visibility: number;
}

/**
 * Decides which high textures may be in memory, so that the room stays within its budget: the most visible ones. A texture that does not fit
 * is held back: its users load and show its low one, and only then it is evicted. It returns when there is room, or when it is clearly more
 * visible than others.
 */
export class TextureMemory {
  readonly #budget: MemoryBudget;
  readonly #store: RoomResources;
  readonly #clock: Clock;
  readonly #restUntil = new WeakMap<RoomResource, number>();
  /** Number of high textures that are held back, for lack of memory or because they are too small in the picture. */
  heldBack = 0;
  /** Pixels that a thing must cover for its high texture to be loaded. 0: all are loaded. */
  leastArea = 0;

  constructor(budget: MemoryBudget, store: RoomResources, clock: Clock) {
    this.#budget = budget;
    this.#store = store;
    this.#clock = clock;
  }

  /** Decides about all high textures. One that is `known` and not `heldBack` afterwards may be started. Its memory is reserved. */
  settle(products: Iterable<LiveProduct>, priorities: RoomPriorities): void {
    const candidates = this.#candidates(products, priorities);
    for (const candidate of candidates) this.#letGo(candidate);
    for (const holding of this.#budget.toDemote()) {
      const candidate = candidates.find(({ resource }) => resource.holding === holding);
      if (candidate) this.#demote(candidate.resource);
    }
    // Textures that are only requested, or whose low one is not needed first, are evicted at once.
    for (const candidate of candidates) this.#letGo(candidate);
    this.#admit(candidates);
    this.heldBack = candidates.reduce((sum, { resource }) => sum + Number(resource.heldBack), 0);
  }

  /** Like `settle`, but checks only the products that changed as long as everything fits. */
  settleChanged(changed: Iterable<LiveProduct>, products: Iterable<LiveProduct>, priorities: RoomPriorities): void {
    const { limit } = this.#budget;
    const free = limit === Number.POSITIVE_INFINITY ? limit : limit - this.#budget.total;
    const asked = this.#candidates(changed, priorities).filter(isAsked);
    const bytes = asked.reduce((sum, { resource: { expected } }) => sum + expected.gpu + expected.cpu, 0);
    if (this.heldBack > 0 || this.leastArea > 0 || bytes > free) this.settle(products, priorities);
    else for (const { resource, visibility } of asked) this.#store.reserve(resource as RoomResource, visibility);
  }

  /** The most visible first. */
  #candidates(products: Iterable<LiveProduct>, priorities: RoomPriorities): Candidate[] {
    const byResource = new Map<TextureResource, Candidate>();
    for (const product of products) {
      for (const { high, decided } of product.textures.values()) {
        if (!high || !decided || byResource.has(high)) continue;
        const shownBy = [...high.subscribers].filter(isHigh(high));
        byResource.set(high, { resource: high, shownBy, visibility: priorities.visibilityOf(high as RoomResource) });
      }
    }
    for (const { resource, shownBy, visibility } of byResource.values()) {
      const demotable = shownBy.every(texture => texture.canBeLow);
      const { holding } = resource;
      if (holding) holding.visibility = visibility;
      if (demotable === resource.demotable) continue;
      resource.demotable = demotable;
      if (!demotable) resource.heldBack = false;
      if (holding) this.#budget.hold(holding, demotable ? 'demotable' : 'fixed');
    }
    return [...byResource.values()].sort((a, b) => b.visibility - a.visibility);
  }

  /** Evicts textures that are held back, once nothing shows them. */
  #letGo({ resource, shownBy }: Candidate): void {
    if (!resource.heldBack || !resource.holding) return;
    if (resource.value && shownBy.some(({ shown }) => shown === resource.value)) return;
    this.#store.evict(resource as RoomResource);
  }

  #demote(resource: TextureResource): void {
    resource.heldBack = true;
    this.#restUntil.set(resource as RoomResource, this.#clock.now() + REST_MS);
    if (resource.holding) this.#budget.leave(resource.holding);
  }

  #admit(candidates: readonly Candidate[]): void {
    const now = this.#clock.now();
    let waits = false;
    /** Remembers that this many bytes did not fit. The textures that follow are less visible still. */
    let tooMany = Number.POSITIVE_INFINITY;
    for (const candidate of candidates) {
      if (!isAsked(candidate)) continue;
      const { resource, visibility } = candidate;
      if (visibility < this.leastArea) {
        resource.heldBack = true;
        continue;
      }
      const wanted = { ...resource.expected, visibility };
      const rests = resource.heldBack && (this.#restUntil.get(resource as RoomResource) ?? 0) > now;
      const bytes = wanted.gpu + wanted.cpu;
      const victims = waits || rests || bytes >= tooMany ? undefined : this.#budget.roomFor(wanted);
      if (!victims && !rests) tooMany = Math.min(tooMany, bytes);
      for (const holding of victims ?? []) {
        const victim = candidates.find(candidate => candidate.resource.holding === holding);
        if (victim) this.#demote(victim.resource);
      }
      resource.heldBack = !victims || !this.#budget.fits(wanted);
      // Memory that is being freed is for the most visible texture that waits for it.
      if (resource.heldBack && victims) waits = true;
      // Reserved from here on, so that later textures in this loop do not take its place.
      if (!resource.heldBack) this.#store.reserve(resource as RoomResource, visibility);
    }
  }
}

/** Whether a high texture waits for its place in memory. */
function isAsked({ resource: { state, holding, demotable } }: Candidate): boolean {
  return state === 'known' && !holding && demotable;
}

function isHigh(high: TextureResource): (subscriber: Subscriber) => subscriber is LowToHighTexture {
  return (subscriber): subscriber is LowToHighTexture => subscriber instanceof LowToHighTexture && subscriber.high === high;
}
