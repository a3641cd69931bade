import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { FormatError } from '../core/errors.ts';
import { folderOf, pathBeside } from './files-beside.ts';
import { floorOf } from './floor.ts';
import { PLAIN_LIGHT } from './import-models.ts';
import type { ImportedModel } from './imported-model.ts';
import { type ReadModel, readModel } from './readers.ts';
import type { RoomLight, SourceAvatar, SourceRoom } from './source.ts';
import { inPlace } from './stride.ts';

const finite = v.pipe(v.number(), v.finite());
const triple = v.tuple([finite, finite, finite]);
const place = {
  /** Key of `models`. */
  model: v.string(),
  position: v.optional(triple, [0, 0, 0]),
  /** Degrees about y, counter-clockwise from above. */
  turn: v.optional(finite, 0),
  name: v.optional(v.string()),
};
const furniture = v.strictObject({ ...place, scale: v.optional(v.union([finite, triple])) });
const avatar = v.strictObject({
  ...place,
  animation: v.optional(v.string()),
  path: v.optional(v.pipe(v.array(triple), v.maxLength(1000))),
  speed: v.optional(finite),
  phase: v.optional(finite),
});
const light = v.strictObject({
  sky: triple,
  ground: triple,
  sun: v.strictObject({ direction: triple, color: triple }),
  background: triple,
  fog: v.optional(v.strictObject({ color: triple, near: finite, far: finite })),
  exposure: v.optional(finite),
});
const floor = v.strictObject({
  /** Metres along x and z. */
  size: v.tuple([v.pipe(finite, v.minValue(0.01), v.maxValue(10_000)), v.pipe(finite, v.minValue(0.01), v.maxValue(10_000))]),
  /** Linear RGB. */
  color: v.optional(triple, [0.55, 0.47, 0.4]),
});
const description = v.strictObject({
  name: v.string(),
  models: v.record(v.string(), v.string()),
  light: v.optional(light),
  spawn: v.optional(v.strictObject({ position: triple, target: triple }), { position: [0, 1.6, 4], target: [0, 1, 0] }),
  floor: v.optional(floor),
  furniture: v.optional(v.pipe(v.array(furniture), v.maxLength(10_000)), []),
  avatars: v.optional(v.pipe(v.array(avatar), v.maxLength(1000)), []),
});

/**
 * Reads a room that a person wrote (docs/import.md) and the models that it names, each once.
 * @throws FormatError that names the file, the place and the value.
 */
export async function readRoomDescription(
  path: string,
  read: ReadModel = readModel,
): Promise<{ room: SourceRoom; models: ReadonlyMap<string, ImportedModel> }> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new FormatError(`the room cannot be read (${(cause as Error).message})`, { url: path, cause });
  }
  const result = v.safeParse(description, json);
  if (!result.success) {
    const [issue] = result.issues;
    throw new FormatError(issue.message, { url: path, at: v.getDotPath(issue) ?? 'room', value: issue.input });
  }
  const room = result.output;
  const models = new Map<string, ImportedModel>();
  for (const [key, file] of Object.entries(room.models))
    models.set(key, await read(await pathBeside(folderOf(path), file, { url: path, at: `models.${key}` })));
  const model = (key: string, at: string): ImportedModel => {
    const found = models.get(key);
    if (!found) throw new FormatError('no such model', { url: path, at, value: key });
    return found;
  };
  const turned = (degrees: number) => {
    const half = (degrees * Math.PI) / 360;
    return [0, Math.sin(half), 0, Math.cos(half)] as const;
  };
  // One for all who walk: the same object is written once.
  const walkers = new Map<SourceAvatar, SourceAvatar>();
  const walking = (source: SourceAvatar): SourceAvatar => {
    let walker = walkers.get(source);
    if (!walker) walkers.set(source, (walker = { ...source, clips: source.clips.map(c => inPlace(c, source.skeleton)) }));
    return walker;
  };
  const ground = room.floor ? [{ product: floorOf(room.floor.size, room.floor.color), position: [0, 0, 0], name: 'floor' }] : [];
  return {
    models,
    room: {
      name: room.name,
      light: (withoutUndefined(room.light) as RoomLight | undefined) ?? PLAIN_LIGHT,
      spawn: room.spawn,
      furniture: [
        ...ground,
        ...room.furniture.map(({ model: key, turn, ...edge }, i) => {
          const { product } = model(key, `furniture[${i}].model`);
          if (!product)
            throw new FormatError('a model that moves stands under "avatars"', {
              url: path,
              at: `furniture[${i}].model`,
              value: key,
            });
          return { ...withoutUndefined(edge), position: edge.position, product, rotation: turned(turn) };
        }),
      ] as SourceRoom['furniture'],
      avatars: room.avatars.map(({ model: key, turn, ...edge }, i) => {
        const { avatar: source } = model(key, `avatars[${i}].model`);
        if (!source)
          throw new FormatError('a model that does not move stands under "furniture"', {
            url: path,
            at: `avatars[${i}].model`,
            value: key,
          });
        if (edge.animation !== undefined && !source.clips.some(c => c.name === edge.animation))
          throw new FormatError(`no such clip (there are: ${source.clips.map(c => c.name).join(', ')})`, {
            url: path,
            at: `avatars[${i}].animation`,
            value: edge.animation,
          });
        const avatar = edge.path ? walking(source) : source;
        return { ...withoutUndefined(edge), position: edge.position, avatar, rotation: turned(turn) };
      }) as SourceRoom['avatars'],
    },
  };
}

/** JSON has no undefined; what was left out must not become a key. */
function withoutUndefined<T extends object>(value: T | undefined): T | undefined {
  return value && (Object.fromEntries(Object.entries(value).filter(([, x]) => x !== undefined)) as T);
}
