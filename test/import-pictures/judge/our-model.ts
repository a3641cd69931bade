import * as THREE from 'three';
import { UploadGovernor } from '../../../src/assets/memory/upload-governor.ts';
import { createDecoder } from '../../../src/assets/threads/decoder.ts';
import { DownloadQueue } from '../../../src/net/queue/download-queue.ts';
import { TOLERANCE_PIXELS } from '../../../src/render/frame/level-of-detail.ts';
import { LeanRenderer } from '../../../src/render/lean-renderer.ts';
import { setLight } from '../../../src/render/materials/lighting.ts';
import { RoomSession } from '../../../src/room/room-session.ts';
import { BackendGpu } from '../../../src/viewer/stage/backend-gpu.ts';
import { readPixels } from '../../read-pixels.ts';
import type { Light } from './page.ts';
import { BACKGROUND, finish, LIGHTS, SIZE, SUN_DIRECTION } from './view.ts';

export interface OurModel {
  /** @param clip - its name; undefined: at rest, which there is no way back to once a clip has played. */
  pose(clip: string | undefined, seconds: number): void;
  draw(camera: THREE.Camera, light: Light, farther: number): string;
  /** One frame, all of it. */
  frame(camera: THREE.Camera, clip: string | undefined, seconds: number): void;
  dispose(): void;
}

const canvas = document.createElement('canvas');
document.body.append(canvas);
const renderer = new LeanRenderer({ canvas, preserveDrawingBuffer: true });
renderer.setSize(SIZE, SIZE);

/** Visits the room as the viewer does, until everything is there. @throws what failed first. */
export async function openRoom(url: string): Promise<OurModel> {
  const queue = new DownloadQueue();
  const decoder = createDecoder({ workers: 1 });
  const uploads = new UploadGovernor();
  const session = new RoomSession(new URL(url, location.href).href, { queue, decoder, gpu: new BackendGpu(renderer), uploads });
  const failures: unknown[] = [];
  const scene = new THREE.Scene();
  scene.background = BACKGROUND;
  scene.add(session.root);
  const camera = new THREE.PerspectiveCamera(90, 1, 0.1, 1000);
  const complete = new Promise<void>(resolve => session.events.on('complete', () => resolve()));
  session.events.on('failed', ({ error }) => failures.push(error));
  const timer = setInterval(() => {
    uploads.frame(false, 100);
    session.update(0, camera, SIZE, SIZE);
  }, 10);
  try {
    await session.open();
    await complete;
  } finally {
    clearInterval(timer);
  }
  if (failures.length > 0) throw failures[0];

  const pose = (clip: string | undefined, seconds: number): void => {
    for (const live of session.avatars) {
      if (!live.avatar) throw new Error('the avatar has no skeleton');
      if (clip === undefined && live.avatar.animator.current) throw new Error('a clip has played');
      if (clip !== undefined && !live.avatar.animator.has(clip)) throw new Error(`no clip "${clip}" in the room`);
      if (clip !== undefined) live.avatar.animator.play(clip, { fade: 0, phase: seconds });
      live.avatar.evaluate();
      live.moved();
    }
  };
  return {
    pose,
    draw(camera, light, farther) {
      const { sky, ground, sun } = LIGHTS[light];
      setLight(session.root, { sky, ground, sun: { direction: SUN_DIRECTION, color: sun } });
      renderer.lodTolerance = farther * TOLERANCE_PIXELS;
      // The shadow under an avatar is the room's, not the model's.
      for (const child of session.root.children) if (child instanceof THREE.Mesh) child.visible = false;
      renderer.render(scene, camera);
      return readPixels(renderer.gl);
    },
    frame(camera, clip, seconds) {
      pose(clip, seconds);
      renderer.lodTolerance = 0;
      renderer.render(scene, camera);
      finish(renderer.gl);
    },
    dispose() {
      session.dispose();
      uploads.dispose();
      queue.dispose();
      decoder.dispose();
    },
  };
}
