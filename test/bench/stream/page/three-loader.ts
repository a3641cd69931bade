import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { LoadingManager } from 'three';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import type { WholeModel } from '../whole-models.ts';

/**
 * three.js's own way: GLTFLoader and LoadingManager on whole GLBs, all asked for at once, as its examples do. Decoding is part of it:
 * a model has arrived when it is parsed and its pictures are decoded.
 */
export async function loadByThree(arrived: (model: WholeModel) => void): Promise<void> {
  const models: WholeModel[] = await (await fetch('/models.json')).json();
  const manager = new LoadingManager();
  const loader = new GLTFLoader(manager);
  loader.setMeshoptDecoder(MeshoptDecoder);
  await Promise.all(
    models.map(async model => {
      await loader.loadAsync(model.url);
      arrived(model);
    }),
  );
}
