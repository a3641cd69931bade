import { BoxGeometry, Group, Mesh, PlaneGeometry, Sphere } from 'three';
import { describe, expect, it } from 'vitest';
import { buildWalkable } from '../../../src/live/floor/build-walkable.ts';
import { findWay } from '../../../src/live/floor/find-way.ts';
import { isClear, type Walkable } from '../../../src/live/floor/walkable.ts';
import type { RoomSession } from '../../../src/room/room-session.ts';

type Furniture = RoomSession['furniture'][number];
const root = new Group();

function piece(mesh: Mesh, x: number, y: number, z: number): Furniture {
  const group = new Group();
  group.position.set(x, y, z);
  group.updateMatrix();
  mesh.updateMatrix();
  group.add(mesh);
  root.add(group);
  mesh.geometry.computeBoundingSphere();
  const sphere = new Sphere(group.position.clone(), mesh.geometry.boundingSphere?.radius);
  return { group, sphere } as unknown as Furniture;
}

const box = (x: number, z: number, width: number, depth: number, height = 1, base = 0) =>
  piece(new Mesh(new BoxGeometry(width, height, depth)), x, base + height / 2, z);
const plane = (x: number, z: number, width: number, depth: number, y = 0) => {
  const geometry = new PlaneGeometry(width, depth);
  geometry.rotateX(-Math.PI / 2);
  return piece(new Mesh(geometry), x, y, z);
};
const map = (...furniture: Furniture[]) => buildWalkable({ furniture }, 0) as Walkable;
const length = (way: readonly (readonly number[])[]) =>
  way.slice(1).reduce((sum, p, i) => sum + Math.hypot(p[0] - way[i][0], p[2] - way[i][2]), 0);

describe('a way over the floor', () => {
  it('is straight where nothing is in between', () => {
    expect(findWay(map(plane(0, 0, 8, 8)), [-3, 0, -3], [3, 0, 2])).toEqual([
      [-3, 0, -3],
      [3, 0, 2],
    ]);
  });

  it('goes around a wall with room for the shoulders, and is hardly longer than the shortest way', () => {
    const floor = map(plane(0, 0, 8, 8), box(0, 1, 0.2, 6, 2));
    const way = findWay(floor, [-2, 0, 1], [2, 0, 1])!;
    for (let i = 1; i < way.length; i++) expect(isClear(floor, way[i - 1][0], way[i - 1][2], way[i][0], way[i][2])).toBe(true);
    // Around the end of the wall at z = -2, 0.22 m away.
    expect(Math.min(...way.map(([, , z]) => z))).toBeLessThan(-2.2);
    expect(length(way)).toBeLessThan(2 * Math.hypot(2, 3.3) + 0.6);
  });

  it('leads under high things, over flat ones, and up to things that nobody can stand on', () => {
    const floor = map(plane(0, 0, 8, 8), box(-1, 0, 1, 8, 0.2, 2), box(1, 0, 1, 8, 0.03), box(3, 0, 1, 1));
    const way = findWay(floor, [-3, 0, 0], [3, 0, 0])!;
    const [x, , z] = way[way.length - 1];
    expect(Math.hypot(x - 3, z)).toBeGreaterThan(0.6);
    expect(Math.hypot(x - 3, z)).toBeLessThan(1.1);
    expect(Math.max(...way.map(([, y]) => y))).toBeCloseTo(0.03);
    expect(way[way.length - 1][1]).toBe(0);
  });

  it('does not exist through a closed wall or off the floor', () => {
    const floor = map(plane(0, 0, 8, 8), box(0, 0, 0.2, 8.2, 2));
    expect(findWay(floor, [-2, 0, 0], [2, 0, 0])).toBeUndefined();
    expect(findWay(floor, [-2, 0, 0], [40, 0, 0])).toBeUndefined();
  });

  it('leads away from a blocked place, such as a seat', () => {
    const floor = map(plane(0, 0, 8, 8), box(0, 0, 1, 1, 0.5));
    const way = findWay(floor, [0, 0, 0], [3, 0, 0])!;
    expect(way[0]).toEqual([0, 0, 0]);
    expect(way[way.length - 1]).toEqual([3, 0, 0]);
  });

  it('without a floor mesh, the rectangle around the furniture is floor', () => {
    const floor = map(box(-2, 0, 1, 1), box(2, 0, 1, 1));
    expect(findWay(floor, [-0.8, 0, 0], [0.8, 0, 0])).toHaveLength(2);
  });

  it('a room without furniture has no map', () => {
    expect(buildWalkable({ furniture: [] }, 0)).toBeUndefined();
  });
});
