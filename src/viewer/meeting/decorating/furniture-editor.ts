import { Quaternion, Vector3 } from 'three';
import { ConflictError, type HeldFurniture, type LiveRoom } from '../../../live/live-room.ts';
import type { LiveFurniture } from '../../../room/furniture/live-furniture.ts';
import { EditHistory } from './edit-history.ts';

/** Where a piece stands. */
interface Place {
  readonly position: readonly [number, number, number];
  readonly rotation: readonly [number, number, number, number];
  readonly scale: number | readonly [number, number, number];
}

/** A piece of furniture across removal and return, which change its URL. */
interface Piece {
  url: string;
  held: HeldFurniture | undefined;
}

export interface EditorListener {
  /** A piece was picked up or put down, or the history changed. */
  changed(): void;
  moved(name: string): void;
  removed(name: string): void;
  added(name: string): void;
  /** Somebody else changed it first. Their version is shown. */
  conflict(name: string): void;
  /** The added piece is in the room now. */
  arrived(thing: LiveFurniture): void;
}

const up = new Vector3(0, 1, 0);
const turn = new Quaternion();

/**
 * Moves furniture, one carried piece at a time. It moves at once here, and is written when it comes to rest. If somebody else changed it
 * first (412), their version is shown and nothing is written.
 */
export class FurnitureEditor {
  readonly history = new EditHistory();
  readonly #live: LiveRoom;
  readonly #listener: EditorListener;
  readonly #pieces = new Map<string, Piece>();
  #carried: LiveFurniture | undefined;
  /** Place of the carried piece when it was last written. */
  #from: Place | undefined;
  /** Writes run one after the other. Each is conditional on the version that the one before produced. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(live: LiveRoom, listener: EditorListener) {
    this.#live = live;
    this.#listener = listener;
  }

  get carried(): LiveFurniture | undefined {
    return this.#carried;
  }

  /** Picks up a piece, in the version that is shown. */
  pickUp(thing: LiveFurniture): void {
    if (thing === this.#carried) return;
    void this.putDown();
    this.#carried = thing;
    this.#from = placeOf(thing);
    const piece = this.#piece(thing.info.url);
    // Changes are conditional on the version that was picked up. If this request fails, the change repeats it.
    if (!piece.held)
      void this.#live.holdFurniture(piece.url).then(
        held => {
          piece.held ??= held;
        },
        () => {},
      );
    this.#listener.changed();
  }

  /** Moves the carried piece to a point, only here. `rest` writes it. */
  moveTo(x: number, y: number, z: number): void {
    const thing = this.#carried;
    if (!thing) return;
    thing.group.position.set(x, y, z);
    place(thing);
  }

  /** Turns the carried piece around the vertical, radians, counterclockwise seen from above. */
  turn(angle: number): void {
    const thing = this.#carried;
    if (!thing) return;
    thing.group.quaternion.premultiply(turn.setFromAxisAngle(up, angle)).normalize();
    place(thing);
  }

  /** Writes the place of the carried piece, so that everybody sees it. It stays picked up. @throws LiveError */
  async rest(): Promise<void> {
    const thing = this.#carried;
    const before = this.#from;
    if (!thing || !before) return;
    const after = placeOf(thing);
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    this.#from = after;
    const { url } = thing.info;
    const name = thing.group.name;
    if (!(await this.#write(url, thing, after, before))) return;
    this.#listener.moved(name);
    const piece = this.#piece(url);
    const to = (there: Place) => async () => {
      const now = this.#thing(piece.url);
      if (now) show(now, there);
      await this.#write(piece.url, now, there, undefined);
      if (now === this.#carried) this.#from = there;
    };
    this.history.add({ undo: to(before), redo: to(after) });
    this.#listener.changed();
  }

  /** Puts the carried piece down where it is. @throws LiveError */
  async putDown(): Promise<void> {
    if (!this.#carried) return;
    const resting = this.rest();
    this.#carried = undefined;
    this.#listener.changed();
    await resting;
  }

  /** Removes the carried piece from the room. @throws LiveError */
  async remove(): Promise<void> {
    const thing = this.#carried;
    if (!thing) return;
    const { url, product } = thing.info;
    const name = thing.group.name;
    const there = this.#from ?? placeOf(thing);
    this.#carried = undefined;
    thing.group.visible = false;
    this.#listener.changed();
    const piece = this.#piece(url);
    const gone = async () => {
      const now = this.#thing(piece.url);
      if (now) now.group.visible = false;
      try {
        await this.#live.removeFurniture(piece.url, piece.held);
      } catch (error) {
        if (now) now.group.visible = true;
        if (!(error instanceof ConflictError)) throw error;
        this.#showTheirs(now, error, name);
        return false;
      }
      piece.held = undefined;
      return true;
    };
    if (!(await gone())) return;
    this.#listener.removed(name);
    this.history.add({
      undo: async () => {
        this.#rename(piece, await this.#live.addFurniture(product.url, there));
      },
      redo: async () => void (await gone()),
    });
    this.#listener.changed();
  }

  /** Adds a product to the room, and picks it up once it has appeared. @throws LiveError */
  async add(product: string, name: string, position: readonly [number, number, number]): Promise<void> {
    await this.putDown();
    const there: Place = { position, rotation: [0, 0, 0, 1], scale: 1 };
    const piece: Piece = { url: await this.#live.addFurniture(product, there), held: undefined };
    this.#pieces.set(piece.url, piece);
    this.#listener.added(name);
    this.history.add({
      undo: () => this.#live.removeFurniture(piece.url),
      redo: async () => this.#rename(piece, await this.#live.addFurniture(product, there)),
    });
    this.#listener.changed();
    this.#awaited = piece.url;
    this.documentsChanged();
  }

  #awaited: string | undefined;

  /** The room's documents changed. */
  documentsChanged(): void {
    if (this.#carried && !this.#live.session.furniture.includes(this.#carried)) {
      this.#carried = undefined;
      this.#listener.changed();
    }
    const thing = this.#awaited === undefined ? undefined : this.#thing(this.#awaited);
    if (!thing) return;
    this.#awaited = undefined;
    this.pickUp(thing);
    this.#listener.arrived(thing);
  }

  /** @param before - is shown again if the server refuses. @returns false if somebody else changed it first. @throws LiveError */
  #write(url: string, thing: LiveFurniture | undefined, there: Place, before: Place | undefined): Promise<boolean> {
    const piece = this.#piece(url);
    const write = async () => {
      try {
        piece.held = await this.#live.moveFurniture(piece.url, there, piece.held);
        return true;
      } catch (error) {
        piece.held = undefined;
        if (!(error instanceof ConflictError)) {
          if (thing && before) show(thing, before);
          throw error;
        }
        this.#showTheirs(thing, error, thing?.group.name ?? '');
        return false;
      }
    };
    const written = this.#writing.then(write, write);
    this.#writing = written;
    return written;
  }

  #showTheirs(thing: LiveFurniture | undefined, { theirs }: ConflictError, name: string): void {
    if (thing) {
      const { position, rotation, scale } = { ...thing.info.data, ...theirs } as Place;
      show(thing, { position, rotation, scale });
      if (thing === this.#carried) this.#from = placeOf(thing);
    }
    this.#listener.conflict(name);
  }

  #piece(url: string): Piece {
    let piece = this.#pieces.get(url);
    if (!piece) this.#pieces.set(url, (piece = { url, held: undefined }));
    return piece;
  }

  #rename(piece: Piece, url: string): void {
    this.#pieces.delete(piece.url);
    piece.url = url;
    piece.held = undefined;
    this.#pieces.set(url, piece);
  }

  #thing(url: string): LiveFurniture | undefined {
    return this.#live.session.furniture.find(({ info }) => info.url === url);
  }
}

function placeOf({ group, info }: LiveFurniture): Place {
  const { x, y, z } = group.position;
  const { x: qx, y: qy, z: qz, w } = group.quaternion;
  const round = (n: number) => Math.round(n * 1e4) / 1e4;
  return { position: [round(x), round(y), round(z)], rotation: [qx, qy, qz, w], scale: info.data.scale };
}

function show(thing: LiveFurniture, { position, rotation }: Place): void {
  thing.group.position.fromArray(position);
  thing.group.quaternion.fromArray(rotation);
  place(thing);
}

function place({ group }: LiveFurniture): void {
  group.updateMatrix();
  group.updateMatrixWorld(true);
}
