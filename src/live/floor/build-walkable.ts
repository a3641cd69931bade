import { type BufferAttribute, type BufferGeometry, Matrix4, type Mesh, type Object3D, Vector3 } from 'three';
import type { Pacer } from '../../core/pacer.ts';
import type { PartData } from '../../render/geometry/part-mesh.ts';
import type { RoomSession } from '../../room/room-session.ts';
import type { Walkable } from './walkable.ts';

const CELL = 0.1;
/** Half of a person's breadth, metres. */
const RADIUS = 0.22;
/** Obstacles below the first height are stepped over, obstacles above the second are walked under. Metres above the floor. */
const STEP = 0.22;
const HEAD = 1.6;
/** Floor lies within this of the level that people stand on, metres. */
const LEVEL = 0.35;
/** Samples are at most this far apart, metres. */
const SPACING = CELL / 2;
/** Larger rooms have no map: 200 x 200 m. */
const MOST_CELLS = 4_000_000;
/** Least y of the normal of a floor. */
const FLAT = 0.7;

const corners = [new Vector3(), new Vector3(), new Vector3()] as const;
const edges = [new Vector3(), new Vector3(), new Vector3()] as const;
const matrix = new Matrix4();

/**
 * Computes where people can walk, from the meshes of all furniture, floors and walls included. That takes about 40 ms for the lounge. If no
 * mesh is a floor, the rectangle around all furniture is floor.
 *
 * @param level - height of the floor that people stand on, metres.
 * @returns undefined for a room that has no furniture or is larger than 200 x 200 m.
 */
export function buildWalkable(room: Pick<RoomSession, 'furniture'>, level: number): Walkable | undefined {
  const steps = walkableSteps(room, level);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Works like `buildWalkable`, but in tasks of a few milliseconds, so that frames go on. */
export async function buildWalkableInSlices(
  room: Pick<RoomSession, 'furniture'>,
  level: number,
  pacer: Pacer,
): Promise<Walkable | undefined> {
  const steps = walkableSteps(room, level);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pacer.pause();
  }
}

/** One step for each mesh. */
function* walkableSteps(
  { furniture }: Pick<RoomSession, 'furniture'>,
  level: number,
): Generator<undefined, Walkable | undefined, undefined> {
  const meshes: Mesh[] = [];
  for (const { group } of furniture) group.traverse(object => isMesh(object) && meshes.push(object));
  const floor = emptyGrid(furniture, level);
  if (!floor) return undefined;
  const known = new Uint8Array(floor.free.length);
  for (const mesh of meshes) {
    yield;
    sampleMesh(mesh, (x, y, z, flat) => flat && raise(floor, known, level, x, y, z));
  }
  const bare = known.every(cell => cell === 0);
  const blocked = new Uint8Array(known.length);
  for (const mesh of meshes) {
    yield;
    sampleMesh(mesh, (x, y, z) => {
      const at = index(floor, x, z);
      if (at >= 0 && y > floor.height[at] + STEP && y < floor.height[at] + HEAD) blocked[at] = 1;
    });
  }
  const wide = dilated(floor, blocked);
  for (let at = 0; at < known.length; at++) floor.free[at] = (bare || known[at]) && !wide[at] ? 1 : 0;
  return floor;
}

function emptyGrid(furniture: RoomSession['furniture'], level: number): Walkable | undefined {
  const min = new Vector3(Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY);
  const max = new Vector3(Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY);
  for (const { sphere, group } of furniture) {
    if (!group.visible || !(sphere.radius < 1000)) continue;
    min.min(edges[0].copy(sphere.center).subScalar(sphere.radius));
    max.max(edges[0].copy(sphere.center).addScalar(sphere.radius));
  }
  const columns = Math.ceil((max.x - min.x) / CELL);
  const rows = Math.ceil((max.z - min.z) / CELL);
  const cells = columns * rows;
  if (!(cells > 0 && cells <= MOST_CELLS)) return undefined;
  const height = new Float32Array(cells).fill(level);
  return { cell: CELL, x: min.x, z: min.z, columns, rows, free: new Uint8Array(cells), height };
}

/** Takes the highest floor in each cell: a rug, a dance floor. */
function raise(floor: Walkable, known: Uint8Array, level: number, x: number, y: number, z: number): void {
  const at = index(floor, x, z);
  if (at < 0 || Math.abs(y - level) > LEVEL) return;
  if (!known[at] || y > floor.height[at]) floor.height[at] = y;
  known[at] = 1;
}

/** Blocks the cells within a person's radius of a blocked one. */
function dilated({ columns, rows }: Walkable, blocked: Uint8Array): Uint8Array {
  const wide = blocked.slice();
  const span = Math.ceil(RADIUS / CELL);
  for (let at = 0; at < blocked.length; at++) {
    if (!blocked[at]) continue;
    const column = at % columns;
    const row = (at - column) / columns;
    for (let dr = -span; dr <= span; dr++)
      for (let dc = -span; dc <= span; dc++) {
        const c = column + dc;
        const r = row + dr;
        if (c >= 0 && r >= 0 && c < columns && r < rows && Math.hypot(dc, dr) * CELL <= RADIUS) wide[r * columns + c] = 1;
      }
  }
  return wide;
}

/** Samples the surface of a mesh, in room space. */
function sampleMesh(mesh: Mesh, take: (x: number, y: number, z: number, flat: boolean) => void): void {
  const geometry = coarse(mesh);
  const position = geometry.getAttribute('position') as BufferAttribute | undefined;
  if (!position) return;
  // A piece of furniture is a child of the room itself.
  matrix.copy(mesh.matrix);
  for (let parent = mesh.parent; parent?.parent; parent = parent.parent) matrix.premultiply(parent.matrix);
  const count = geometry.index?.count ?? position.count;
  const [a, b, c] = corners;
  const [ab, ac, normal] = edges;
  for (let i = 0; i + 2 < count; i += 3) {
    for (let k = 0; k < 3; k++)
      corners[k].fromBufferAttribute(position, geometry.index ? geometry.index.getX(i + k) : i + k).applyMatrix4(matrix);
    ab.subVectors(b, a);
    ac.subVectors(c, a);
    const flat = normal.crossVectors(ab, ac).normalize().y > FLAT;
    const steps = Math.min(400, Math.ceil(Math.sqrt(Math.max(ab.lengthSq(), ac.lengthSq(), b.distanceToSquared(c))) / SPACING));
    for (let u = 0; u <= steps; u++)
      for (let v = 0; v <= steps - u; v++) {
        const f = u / (steps || 1);
        const g = v / (steps || 1);
        take(a.x + ab.x * f + ac.x * g, a.y + ab.y * f + ac.y * g, a.z + ab.z * f + ac.z * g, flat);
      }
  }
}

/** Uses the second level of detail if there is one. */
function coarse(mesh: Mesh): BufferGeometry {
  const levels = (mesh.userData.foyer as PartData | undefined)?.levels;
  return levels?.[1]?.geometry ?? mesh.geometry;
}

function index({ x, z, columns, rows }: Walkable, px: number, pz: number): number {
  const column = Math.floor((px - x) / CELL);
  const row = Math.floor((pz - z) / CELL);
  return column < 0 || row < 0 || column >= columns || row >= rows ? -1 : row * columns + column;
}

function isMesh(object: Object3D): object is Mesh {
  return (object as Mesh).isMesh === true;
}
