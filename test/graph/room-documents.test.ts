import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/graph/check.ts';
import { avatarEdge, furnitureEdge, productDocument, resourceEdge, roomDocument } from '../../src/graph/room-documents.ts';

const ref = { relations: { ref: '#x' } };
const resource = { kind: 'mesh', bytes: 12, type: 'model/gltf-binary', hash: 'ab'.repeat(32) };

describe('room documents', () => {
  it('a furniture edge needs no more than its ref', () => {
    const { data } = v.parse(furnitureEdge, ref);
    expect(data).toEqual({ position: [0, 0, 0], rotation: [0, 0, 0, 1], scale: 1 });
  });

  it('a quaternion is normalized', () => {
    expect(v.parse(furnitureEdge, { ...ref, data: { rotation: [0, 3, 0, 4] } }).data.rotation).toEqual([0, 0.6, 0, 0.8]);
  });

  it.each([
    [furnitureEdge, { ...ref, data: { position: [0, 0] } }],
    [furnitureEdge, { ...ref, data: { position: [0, 1e30, 0] } }],
    [furnitureEdge, { ...ref, data: { position: [0, null, 0] } }],
    [furnitureEdge, { ...ref, data: { rotation: [0, 0, 0, 0] } }],
    [furnitureEdge, { ...ref, data: { scale: 0 } }],
    [furnitureEdge, { ...ref, data: { scale: [1, 1e9, 1] } }],
    [furnitureEdge, { data: {} }],
    [furnitureEdge, { relations: { ref: 7 } }],
    [avatarEdge, { ...ref, data: { path: 'round' } }],
    [avatarEdge, { ...ref, data: { speed: -1 } }],
    [productDocument, { data: { bounds: { min: [1, 0, 0], max: [0, 0, 0] } }, relations: { resources: '#r' } }],
    [productDocument, { data: {}, relations: {} }],
    [roomDocument, { data: { light: { sky: [1, 1, 1] } }, relations: {} }],
    [roomDocument, { data: { spawn: { position: [0, 0, 0] } }, relations: {} }],
    [resourceEdge, { ...ref, data: { ...resource, kind: 'script' } }],
    [resourceEdge, { ...ref, data: { ...resource, bytes: -1 } }],
    [resourceEdge, { ...ref, data: { ...resource, bytes: 1.5 } }],
    [resourceEdge, { ...ref, data: { ...resource, hash: '../../etc/passwd' } }],
    [resourceEdge, { ...ref, data: { ...resource, width: 1e9 } }],
    [resourceEdge, { ...ref }],
  ])('says no: %#', (schema, document) => {
    expect(v.safeParse(schema, document).success).toBe(false);
  });

  it("tells a server's entry point from a room: it lists rooms, and its avatars are no edges", () => {
    const entry = { data: { name: 'Foyer', version: '1' }, relations: { rooms: '/api/rooms', avatars: '/api/avatars' } };
    expect(() => check('https://a.example/api', entry, roomDocument)).toThrow(
      expect.objectContaining({ reason: "a server's entry point", at: 'relations.rooms', url: 'https://a.example/api' }),
    );
  });

  it('reads a resource edge and drops unknown fields', () => {
    const { data } = v.parse(resourceEdge, { ...ref, data: { ...resource, shoe: 43 } });
    expect(data).toEqual(resource);
  });
});
