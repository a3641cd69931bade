/** Reads a room description and its models. */
import { access, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { quat, vec3 } from 'gl-matrix';
import * as v from 'valibot';
import { FormatError } from '../../core/errors.ts';
import { causeInWords } from '../../node/system-trouble.ts';
import { checkJsonMemory } from '../file/json-memory.ts';
import { jsonTrouble } from '../file/json-trouble.ts';
import { folderOf, pathBeside, withoutMark } from '../file/sandboxed-files.ts';
import { withShownError } from '../inputs/shown-paths.ts';
import { PLAIN_LIGHT } from '../model/arrange-models.ts';
import { withoutHelperTracks } from '../model/helper-joints.ts';
import type { ImportedModel } from '../model/imported-model.ts';
import type { RoomLight, SourceAvatar, SourceRoom } from '../model/source-model.ts';
import { inPlace } from '../model/stride.ts';
import type { ReadOptions } from '../read-options.ts';
import { type ReadModel, readModel } from '../reading/read-model.ts';
import { floorOf } from './floor.ts';
import { readSound } from './read-sound.ts';
import { didYouMean, RoomFileError } from './room-file-error.ts';
import { type RoomFile, roomSchema } from './room-schema.ts';
import { scrolled } from './scrolled.ts';

/**
 * Reads a room description (docs/import.md) and the models that it names, each once.
 *
 * @throws FormatError that names the file, the place and the value.
 */
export async function readRoomDescription(
  path: string,
  read: ReadModel = readModel,
  options: ReadOptions = {},
): Promise<{ room: SourceRoom; models: ReadonlyMap<string, ImportedModel> }> {
  let json: unknown;
  let text: string | undefined;
  try {
    const bytes = await readFile(path);
    checkJsonMemory(bytes, path);
    text = withoutMark(bytes.toString('utf8'));
    json = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const why = (text === undefined ? undefined : jsonTrouble(text)) ?? causeInWords(cause, 'read');
    throw new FormatError(`the room cannot be read (${why})`, { url: path, cause });
  }
  const other = otherKind(json);
  if (other !== undefined) throw new FormatError(other, { url: path });
  const result = v.safeParse(roomSchema, json);
  if (!result.success) throw new RoomFileError(result.issues, path);
  const room = result.output;
  if (room.furniture.length === 0 && room.avatars.length === 0)
    throw new FormatError('the room is empty: "furniture" and "avatars" list nothing', { url: path, at: 'room' });
  const models = new Map<string, ImportedModel>();
  for (const [key, file] of Object.entries(room.models)) {
    const place = { url: path, at: `models.${key}` };
    const model = await pathBeside(folderOf(path), file, place, options.root);
    const trouble = await access(model).then(
      () => undefined,
      (error: unknown) => causeInWords(error, 'read'),
    );
    if (trouble !== undefined) throw new FormatError(`the model cannot be opened (${trouble})`, { ...place, value: file });
    const moving = Object.keys(room.scroll[key] ?? {});
    models.set(key, await withShownError([folderOf(path), dirname(path)], () => read(model, { ...options, moving })));
  }
  for (const [key, materials] of Object.entries(room.scroll)) {
    const model = models.get(key);
    if (!model)
      throw new FormatError(`no such model${didYouMean(key, [...models.keys()])}`, { url: path, at: 'scroll', value: key });
    models.set(key, scrolled(model, materials, { url: path, at: `scroll.${key}` }));
  }
  const place = { url: path, at: 'sound' };
  const sound =
    room.sound === undefined
      ? undefined
      : await readSound(await pathBeside(folderOf(path), room.sound, place, options.root), { ...place, value: room.sound });
  const reader = new DescribedRoom(path, room, models);
  const ground = room.floor ? [{ product: floorOf(room.floor.size, room.floor.color), position: [0, 0, 0], name: 'floor' }] : [];
  return {
    models,
    room: {
      name: room.name,
      light: (withoutUndefined(room.light) as RoomLight | undefined) ?? PLAIN_LIGHT,
      spawn: room.spawn,
      ...(sound ? { sound } : {}),
      furniture: [...ground, ...room.furniture.map((_, i) => reader.furnishing(i))] as SourceRoom['furniture'],
      avatars: room.avatars.map((_, i) => reader.avatar(i)) as SourceRoom['avatars'],
    },
  };
}

/** Says what an object of another kind is, and which command reads it. */
function otherKind(json: unknown): string | undefined {
  const has = (field: string): boolean => typeof json === 'object' && json !== null && field in json;
  if (has('denormalized')) return 'a room that foyer wrote: open it with "foyer serve --memory --room"';
  return has('asset') && !has('models') ? 'a model, not a room: "foyer import" reads it' : undefined;
}

type Place = Pick<RoomFile['furniture'][number], 'position' | 'turn' | 'at'>;

/** The contents of a described room. Every error names the field. */
class DescribedRoom {
  readonly #path: string;
  readonly #file: RoomFile;
  readonly #models: ReadonlyMap<string, ImportedModel>;
  /** One avatar for all users of the same model and outfit. The writer stores the same object once. */
  readonly #figures = new Map<string, SourceAvatar>();

  constructor(path: string, file: RoomFile, models: ReadonlyMap<string, ImportedModel>) {
    this.#path = path;
    this.#file = file;
    this.#models = models;
  }

  furnishing(i: number): object {
    const { model: key, turn: _, at: __, ...edge } = this.#file.furniture[i];
    const { product } = this.#model(key, `furniture[${i}].model`);
    if (!product) return this.#fail('a model that moves stands under "avatars"', `furniture[${i}].model`, key);
    return { ...withoutUndefined(edge), ...this.#placed(this.#file.furniture[i], `furniture[${i}].at`, i), product };
  }

  avatar(i: number): object {
    const { model: key, turn: _, at: __, outfit, ...edge } = this.#file.avatars[i];
    const { avatar: source } = this.#model(key, `avatars[${i}].model`);
    if (!source) return this.#fail('a model that does not move stands under "furniture"', `avatars[${i}].model`, key);
    if (edge.animation !== undefined) this.#checkClip(edge.animation, source, `avatars[${i}].animation`);
    const id = JSON.stringify([key, outfit, edge.path !== undefined]);
    let figure = this.#figures.get(id);
    if (!figure) {
      const clips = edge.path ? source.clips.map(c => inPlace(c, source.skeleton)) : source.clips;
      const more = outfit.flatMap((item, o) => this.#worn(item, source, `avatars[${i}].outfit[${o}]`));
      // What hangs on a control handle moves with it, so its tracks stay.
      figure = withoutHelperTracks({ ...source, clips, outfit: [...source.outfit, ...more] });
      this.#figures.set(id, figure);
    }
    return { ...withoutUndefined(edge), ...this.#placed(this.#file.avatars[i], `avatars[${i}].at`), avatar: figure };
  }

  #fail(reason: string, at: string, value: unknown): never {
    throw new FormatError(reason, { url: this.#path, at, value });
  }

  #model(key: string, at: string): ImportedModel {
    return (
      this.#models.get(key) ??
      this.#fail(
        `no such model${didYouMean(key, [...this.#models.keys()])} (there are: ${[...this.#models.keys()].join(', ')})`,
        at,
        key,
      )
    );
  }

  /** @param before - index of the furnishing. Only those above it in the list are valid, so that none stands on itself. */
  #placed({ position, turn, at }: Place, field: string, before = Number.POSITIVE_INFINITY): { position: Triple; rotation: Quad } {
    const own = turnOf(turn);
    if (at === undefined) return { position, rotation: own };
    const known = this.#file.furniture.slice(0, before);
    const index = known.findIndex(f => f.name === at);
    if (index < 0) {
      const names = known.flatMap(f => f.name ?? []);
      this.#fail(
        `no furnishing of that name${before < Number.POSITIVE_INFINITY ? ' above it' : ''} (there are: ${names.join(', ')})`,
        field,
        at,
      );
    }
    const base = this.#placed(known[index], `furniture[${index}].at`, index);
    const moved = vec3.transformQuat(vec3.create(), position, base.rotation as quat);
    vec3.add(moved, moved, base.position as vec3);
    const rotation = quat.multiply(quat.create(), base.rotation as quat, own as quat);
    return { position: [moved[0], moved[1], moved[2]], rotation: [rotation[0], rotation[1], rotation[2], rotation[3]] };
  }

  /** Accepts the avatar's own clips, and for a humanoid those of any humanoid in the room: the viewer retargets them. */
  #checkClip(clip: string, source: SourceAvatar, at: string): void {
    if (source.clips.some(c => c.name === clip)) return;
    const isHuman = (a: SourceAvatar) => 'hips' in a.skeleton.humanoid;
    const others = this.#file.avatars.flatMap(({ model }) => this.#models.get(model)?.avatar ?? []);
    const lenders = isHuman(source) ? others.filter(isHuman) : [];
    if (lenders.some(a => a.clips.some(c => c.name === clip))) return;
    const names = new Set([source, ...lenders].flatMap(a => a.clips.map(c => c.name)));
    this.#fail(`no such clip${didYouMean(clip, [...names])} (there are: ${[...names].join(', ')})`, at, clip);
  }

  #worn(item: RoomFile['avatars'][number]['outfit'][number], wearer: SourceAvatar, at: string): SourceAvatar['outfit'][number][] {
    const { model: key, joint: wanted } = typeof item === 'string' ? { model: item, joint: undefined } : item;
    const { names, humanoid } = wearer.skeleton;
    const { product, avatar, clips } = this.#model(key, `${at}.model`);
    if (clips) return this.#fail('a file of animations alone cannot be worn', `${at}.model`, key);
    const joint = wanted === undefined || names.includes(wanted) ? wanted : humanoid[wanted];
    if (wanted !== undefined && joint === undefined)
      this.#fail(`no such joint (there are: ${[...Object.keys(humanoid), ...names].join(', ')})`, `${at}.joint`, wanted);
    if (product) {
      if (joint === undefined) this.#fail('what is rigid hangs on a joint: name one', `${at}.joint`, undefined);
      return [{ product, joint }];
    }
    for (const { product: part } of avatar.outfit) {
      const missing = part.skin?.joints.find(name => !names.includes(name));
      if (missing !== undefined) this.#fail(`it is made for another skeleton: joint ${missing} is not there`, `${at}.model`, key);
    }
    return [...avatar.outfit];
  }
}

type Triple = readonly [number, number, number];
type Quad = readonly [number, number, number, number];

function turnOf(degrees: number): Quad {
  const half = (degrees * Math.PI) / 360;
  return [0, Math.sin(half), 0, Math.cos(half)];
}

/** Removes undefined values. JSON has no undefined, so missing options must not become keys. */
function withoutUndefined<T extends object>(value: T | undefined): T | undefined {
  return value && (Object.fromEntries(Object.entries(value).filter(([, x]) => x !== undefined)) as T);
}
