import { loadFootPlanting } from '../../avatar/motion/planted-feet.ts';
import type { Clock } from '../../core/clock.ts';
import type { Disposable } from '../../core/disposal.ts';
import type { RoomDocument } from '../../graph/room-documents.ts';
import type { RoomProgress } from '../../room/resources/progress.ts';
import { RoomSession } from '../../room/room-session.ts';
import { awaitsKtx2 } from '../../room/textures/awaits-ktx2.ts';
import { LongestTask } from '../metrics/longest-task.ts';
import { QualityIntegral } from '../metrics/quality-integral.ts';
import { CLASS_NAMES, StreamFigures } from '../metrics/stream-figures.ts';
import { clearTimings, markArrival, measureClasses } from '../metrics/user-timing.ts';
import type { VisitNotes } from '../metrics/viewer-metrics.ts';
import { reason } from '../status/error-text.ts';
import { nothingLoaded } from './nothing-loaded.ts';
import type { ViewerResources } from './viewer-resources.ts';

/**
 * Milliseconds after which high textures are requested, once the room is interactive: three frames. Then the transcoder starts, so that it
 * does not wait behind them. Before, its 260 KB would delay the room.
 */
const REQUESTED_MS = 50;
/** Maximum number of failures that are remembered. A live room runs for days. */
const MOST_FAILED = 1000;

export interface VisitListener {
  /** The room's own document has arrived: its light, its spawn point. */
  onRoom(data: RoomDocument['data']): void;
  onProgress(progress: RoomProgress): void;
  /** A document or resource failed. The rest goes on. */
  onFailed(url: string, error: unknown): void;
  onArrived(state: 'interactive' | 'complete'): void;
  /** The room itself cannot be opened. */
  onRefused(error: unknown): void;
}

/** One room on one stage, from the request for its document until it is left, with notes of how that went. */
export class Visit implements Disposable {
  readonly session: RoomSession;
  readonly notes: VisitNotes;
  readonly #resources: ViewerResources;
  readonly #clock: Clock;
  readonly #listener: VisitListener;
  readonly #stream: StreamFigures;
  readonly #longestTask = new LongestTask();
  readonly #unseen: QualityIntegral;
  /** The latest progress that was not reported yet. */
  #progress: RoomProgress | undefined;
  #left = false;
  /** Settles when the room is shown: shaders are compiled before the veil goes, not in the first frames after it. */
  #ready = Promise.resolve();

  /** @param url - absolute, of the room's document. */
  constructor(url: string, resources: ViewerResources, clock: Clock, listener: VisitListener) {
    this.#resources = resources;
    this.#clock = clock;
    this.#listener = listener;
    this.session = new RoomSession(url, { ...resources.ports, entered: () => this.#ready });
    const openedAt = clock.now();
    const unseen = new QualityIntegral(openedAt);
    this.#unseen = unseen;
    this.#stream = new StreamFigures(resources.queue);
    this.notes = {
      openedAt,
      interactiveAt: undefined,
      wholeAt: undefined,
      completeAt: undefined,
      statsBefore: resources.queue.stats,
      failed: [],
      stream: this.#stream,
      longestTask: this.#longestTask,
      unseen: {
        get ms() {
          return unseen.at(clock.now());
        },
      },
    };
  }

  /** Begins. It calls the listener from now on, until `dispose`. */
  open(): void {
    const { stage } = this.#resources;
    const { events, root } = this.session;
    clearTimings(CLASS_NAMES);
    stage.frames.pace = 'loading';
    this.#resources.decoder.prepare();
    stage.add(root);
    events.on('room', data => {
      stage.setEnvironment(data);
      this.#listener.onRoom(data);
    });
    events.on('renewed', data => {
      stage.setEnvironment(data);
      stage.frames.wake();
    });
    events.on('progress', progress => {
      stage.frames.wake();
      if (this.notes.completeAt === undefined) this.#unseen.note(this.#clock.now(), this.session.quality);
      // While shaders compile, the room is still veiled. Progress of high textures is reported once it opens.
      if (progress.toward === 'complete' && this.notes.interactiveAt === undefined) this.#progress = progress;
      else this.#listener.onProgress(progress);
    });
    events.on('failed', ({ url, error }) => {
      this.notes.failed.push({ url, reason: reason(error) });
      if (this.notes.failed.length > MOST_FAILED) this.notes.failed.shift();
      this.#listener.onFailed(url, error);
    });
    events.on('interactive', () => {
      // A room without a single mesh is not opened. The visitor is told why.
      const nothing = nothingLoaded(this.session.resources);
      if (nothing) {
        queueMicrotask(() => this.#left || this.#listener.onRefused(nothing));
        return;
      }
      this.#ready = stage.renderer.warmUp(stage.scene).then(
        () => this.#arrive('interactive'),
        error => {
          if (!this.#left) this.#listener.onRefused(error);
        },
      );
    });
    events.on('whole', () => {
      // A room that is whole at once becomes interactive when its shaders are compiled.
      void this.#ready.then(() => {
        if (!this.#left) this.notes.wholeAt = this.#clock.now();
      });
    });
    events.on('complete', () => void this.#ready.then(() => this.#arrive('complete')));
    this.session.open().catch(error => this.#left || this.#listener.onRefused(error));
  }

  /** Requests everything again that failed. */
  retry(): void {
    this.notes.failed.length = 0;
    this.session.retry();
  }

  /** Leaves the room. The notes remain. A second call does nothing. */
  dispose(): void {
    if (this.#left) return;
    this.#left = true;
    this.#stopMeasuring();
    this.session.dispose();
    const { stage } = this.#resources;
    stage.setEnvironment(undefined);
    stage.frames.times.reset();
    // Draws the empty stage, so that the renderer drops the room.
    stage.frames.pace = 'live';
  }

  #arrive(state: 'interactive' | 'complete'): void {
    if (this.#left) return;
    const { stage } = this.#resources;
    if (state === 'interactive') {
      this.notes.interactiveAt = this.#clock.now();
      stage.frames.pace = 'refining';
      this.#clock.after(REQUESTED_MS, () => {
        if (!this.#left && awaitsKtx2(this.session.resources)) this.#resources.decoder.prepareTranscoder();
      });
      stage.frames.times.reset();
    } else {
      stage.frames.pace = 'live';
      this.notes.completeAt = this.#clock.now();
      this.#stopMeasuring();
    }
    markArrival(state);
    void loadFootPlanting();
    measureClasses(this.#stream.classes);
    this.#listener.onArrived(state);
    if (this.#progress) this.#listener.onProgress(this.#progress);
    this.#progress = undefined;
  }

  /** Stops measuring. What arrives later does not count. */
  #stopMeasuring(): void {
    this.#unseen.note(this.#clock.now(), 1);
    this.#stream.dispose();
    this.#longestTask.dispose();
  }
}
