import { describe, expect, it, vi } from 'vitest';
import type { Avatar } from '../../../src/avatar/avatar.ts';
import type { PartMesh } from '../../../src/render/geometry/part-mesh.ts';
import { LiveFace } from '../../../src/room/avatars/live-face.ts';

const mesh = { userData: { foyer: { morphTargets: [{ name: 'happy' }], pixels: 0 } } } as unknown as PartMesh;
const avatar = { version: 1, animator: { morphs: { bind: () => new Uint16Array(1), select() {} } } } as unknown as Avatar;

const settle = () => new Promise(resolve => setImmediate(resolve));

function frames(face: LiveFace, count: number): void {
  for (let i = 0; i < count; i++) face.update();
}

describe('a face whose code failed to load', () => {
  it('requests it again after 300 frames, then after twice as many, until it arrives', async () => {
    const shown = vi.fn();
    class MorphedMesh {
      show = shown;
    }
    let online = false;
    const load = vi.fn(async () => {
      if (!online) throw new TypeError('Failed to fetch dynamically imported module');
      return { MorphedMesh } as never;
    });
    const face = LiveFace.of(mesh, avatar, load) as LiveFace;
    await settle();
    frames(face, 299);
    expect(load).toHaveBeenCalledTimes(1);
    frames(face, 1);
    await settle();
    expect(load).toHaveBeenCalledTimes(2);
    online = true;
    frames(face, 599);
    expect(load).toHaveBeenCalledTimes(2);
    frames(face, 1);
    await settle();
    frames(face, 1);
    expect(load).toHaveBeenCalledTimes(3);
    expect(shown).toHaveBeenCalledTimes(1);
  });
});
