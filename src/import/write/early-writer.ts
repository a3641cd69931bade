import type { SourceProduct } from '../model/source-model.ts';
import type { Picture } from '../picture/picture.ts';
import type { RoomWriter } from './room-writer.ts';

/** The writer of a room whose models are still being read. It begins with what a reader passes on before the rest of its model. */
export class EarlyWriter {
  readonly #make: () => Promise<RoomWriter>;
  #made: Promise<RoomWriter> | undefined;
  /** The last product that was passed on. */
  #begun: Promise<unknown> = Promise.resolve();
  #hasBegun = false;
  #isOver = false;
  /** Those of the model that is being read. The textures that have their pixels are found by these objects. */
  readonly #pictures: Picture[] = [];

  /** @param make - makes the writer, once its modules are loaded. */
  constructor(make: () => Promise<RoomWriter>) {
    this.#make = make;
  }

  /** Resolves when so little waits that the next model may be read. */
  async ready(): Promise<void> {
    await (await this.#made)?.ready();
  }

  /** Begins a product of the model that is being read. Code that writes the whole model gets its error. */
  begin(product: SourceProduct): void {
    this.#hasBegun = true;
    this.#begun = this.#do(writer => writer.begin(product));
  }

  /** Begins to encode a picture of the model that is being read. */
  readonly beginPicture = (picture: Picture): void => {
    this.#pictures.push(picture);
    void this.#do(writer => writer.beginPicture(picture));
  };

  async #do(work: (writer: RoomWriter) => void): Promise<void> {
    try {
      const writer = await this.writer();
      if (!this.#isOver) work(writer);
    } catch {
      // Code that writes the whole model gets the error.
    }
  }

  /** Tells that a model was read to its end. What began of it is discarded where it is not sound. */
  async endModel(isSound: boolean): Promise<void> {
    await this.#begun;
    if (!isSound && this.#hasBegun) {
      const writer = await (await this.writer()).restart();
      this.#made = Promise.resolve(writer);
    }
    this.#hasBegun = false;
    this.#pictures.length = 0;
  }

  /** Returns the writer, which is made once. */
  writer(): Promise<RoomWriter> {
    this.#made ??= this.#make();
    return this.#made;
  }

  async abandon(): Promise<void> {
    this.#isOver = true;
    await this.#begun;
    const writer = await this.#made?.catch(() => undefined);
    await writer?.abandon();
  }
}
