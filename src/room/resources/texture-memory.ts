import type { MemoryBudget } from '../../assets/memory/memory-budget.ts';
import type { Clock } from '../../core/clock.ts';
import type { LiveProduct } from '../furniture/live-product.ts';
import type { RoomPriorities } from './room-priorities.ts';
import type { RoomResource } from './room-resource.ts';
import type { RoomResources } from './room-resources.ts';
import type { TextureSlot } from './texture-slot.ts';

type TextureResource = RoomResource<'texture'>;

/** Milliseconds that a texture stays low once it had to go, so that a camera that sways does not make it come and go. */
const REST_MS = 2000;

interface Candidate {
  readonly resource: TextureResource;
  /** Everything that shows it, or its low one. */
  readonly slots: TextureSlot[];
  visibility: number;
}

/**
 * Decides which high textures may be there, so that the room stays within its memory budget: the most visible ones. One that must
 * go is held back; its slots bring their low textures, show them, and only then is it let go of. It comes back when there is room,
 * or when it is clearly better to see than others that are there.
 */
export class TextureMemory {
  readonly #budget: MemoryBudget;
  readonly #store: RoomResources;
  readonly #clock: Clock;
  readonly #restUntil = new WeakMap<RoomResource, number>();
  /** High textures that stay away for lack of memory. */
  heldBack = 0;

  constructor(budget: MemoryBudget, store: RoomResources, clock: Clock) {
    this.#budget = budget;
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Takes a look at all high textures. Whatever waits to be started and is not `heldBack` afterwards may be started, and counts.
   * @returns whether slots have something new to show or to ask for.
   */
  settle(products: Iterable<LiveProduct>, priorities: RoomPriorities): boolean {
    const candidates = this.#candidates(products, priorities);
    const before = this.heldBack;
    let changed = false;
    for (const candidate of candidates) changed = this.#letGo(candidate) || changed;
    for (const holding of this.#budget.toDemote()) {
      const candidate = candidates.find(({ resource }) => resource.holding === holding);
      if (candidate) this.#demote(candidate.resource);
      changed = true;
    }
    // Those that have only been asked for and those that need not show their low one first go at once.
    for (const candidate of candidates) changed = this.#letGo(candidate) || changed;
    this.#admit(candidates);
    this.heldBack = candidates.reduce((sum, { resource }) => sum + Number(resource.heldBack), 0);
    return changed || this.heldBack !== before;
  }

  /** The most visible first. */
  #candidates(products: Iterable<LiveProduct>, priorities: RoomPriorities): Candidate[] {
    const byResource = new Map<TextureResource, Candidate>();
    for (const product of products) {
      for (const slot of product.slots.values()) {
        const { high } = slot;
        if (!high || !slot.decided) continue;
        const known = byResource.get(high);
        if (known) known.slots.push(slot);
        else byResource.set(high, { resource: high, slots: [slot], visibility: priorities.visibilityOf(high as RoomResource) });
      }
    }
    for (const { resource, slots, visibility } of byResource.values()) {
      const demotable = slots.every(slot => slot.canBeLow);
      const { holding } = resource;
      if (holding) holding.visibility = visibility;
      if (demotable === resource.demotable) continue;
      resource.demotable = demotable;
      if (!demotable) resource.heldBack = false;
      if (holding) this.#budget.hold(holding, demotable ? 'demotable' : 'fixed');
    }
    return [...byResource.values()].sort((a, b) => b.visibility - a.visibility);
  }

  /** @returns whether it has left. */
  #letGo({ resource, slots }: Candidate): boolean {
    if (!resource.heldBack || !resource.holding) return false;
    if (resource.value && slots.some(slot => slot.shown === resource.value)) return false;
    this.#store.evict(resource as RoomResource);
    return true;
  }

  #demote(resource: TextureResource): void {
    resource.heldBack = true;
    this.#restUntil.set(resource as RoomResource, this.#clock.now() + REST_MS);
    if (resource.holding) this.#budget.leave(resource.holding);
  }

  #admit(candidates: readonly Candidate[]): void {
    const now = this.#clock.now();
    let waits = false;
    /** So many bytes found no room; those that follow are less visible still. */
    let tooMany = Number.POSITIVE_INFINITY;
    for (const { resource, visibility } of candidates) {
      if (resource.state !== 'known' || resource.holding) continue;
      if (!resource.demotable) continue;
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
      // The room that is being made is for the most visible one that waits for it.
      if (resource.heldBack && victims) waits = true;
      // Counted from here on: what comes after it in this loop must not take its place.
      if (!resource.heldBack) this.#store.reserve(resource as RoomResource, visibility);
    }
  }
}
