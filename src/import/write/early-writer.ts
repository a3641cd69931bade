import type { SourceProduct } from '../model/source-model.ts';
import type { RoomWriter } from './room-writer.ts';

/** The writer of a room whose models are still being read. It begins with what a reader passes on before the rest of its model. */
export class EarlyWriter {
  readonly #make: () => Promise<RoomWriter>;
  #writer: RoomWriter | undefined;
  /** The last product that was passed on. */
  #begun = Promise.resolve();
  #hasBegun = false;
  #isOver = false;

  /** @param make - makes the writer, once its modules are loaded. */
  constructor(make: () => Promise<RoomWriter>) {
    this.#make = make;
  }

  /** Resolves when so little waits that the next model may be read. */
  async ready(): Promise<void> {
    await this.#writer?.ready();
  }

  /** Begins a product of the model that is being read. Code that writes the whole model gets its error. */
  begin(product: SourceProduct): void {
    this.#hasBegun = true;
    this.#begun = this.#begin(product).catch(() => {});
  }

  async #begin(product: SourceProduct): Promise<void> {
    const made = this.#writer ?? (await this.#make());
    if (this.#isOver) return;
    this.#writer = made;
    made.begin(product);
  }

  /** Tells that a model was read to its end. What began of it is discarded where it is not sound. */
  async endModel(isSound: boolean): Promise<void> {
    await this.#begun;
    if (!isSound && this.#hasBegun) this.#writer = await this.#writer?.restart();
    this.#hasBegun = false;
  }

  async writer(): Promise<RoomWriter> {
    this.#writer ??= await this.#make();
    return this.#writer;
  }

  async abandon(): Promise<void> {
    this.#isOver = true;
    await this.#begun;
    await this.#writer?.abandon();
  }
}
