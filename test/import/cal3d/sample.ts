import type {
  Cal3dAnimation,
  Cal3dMaterial,
  Cal3dMesh,
  Cal3dMorphAnimation,
  Cal3dSkeleton,
} from '../../../src/import/cal3d/cal3d-file.ts';

/** A small figure: a root, a spine above it, an arm off the spine, listed out of order so that parents stand behind children. */

const HALF = Math.SQRT1_2;

export const skeleton: Cal3dSkeleton = {
  url: 'sample.csf',
  bones: [
    // Quaternions as Cal3D has them: (0, 0, s, c) turns x towards -y.
    bone('Arm', 2, [0, 0, 40], [0, HALF, 0, HALF]),
    bone('Root', -1, [1, 2, 90], [0, 0, HALF, HALF]),
    bone('Spine', 1, [5, 0, 30], [0.5, 0.5, 0.5, 0.5]),
  ],
};

function bone(name: string, parent: number, translation: number[], rotation: number[]) {
  // No matter what they are for the format; skinning.ts checks that they are used as the format says.
  return { name, parent, translation, rotation, boneSpaceTranslation: [3, -1, 7], boneSpaceRotation: [HALF, 0, 0, -HALF] };
}

export const mesh: Cal3dMesh = {
  url: 'sample.cmf',
  submeshes: [
    {
      material: 0,
      positions: Float32Array.of(0, 0, 0, 10, 0, 0, 0, 0, 170, 10, 5, 170),
      normals: Float32Array.of(0, -1, 0, 0, -1, 0, 0, -2, 0, 0, 0, 0),
      colors: Float32Array.of(1, 1, 1, 0.5, 0.25, 0, 1, 1, 1, 1, 1, 1),
      uvs: [Float32Array.of(0, 1, 1, 1, 0, 0, 1, 0)],
      influenceStart: Uint32Array.of(0, 1, 3, 8, 8),
      influenceBones: [1, 1, 2, 0, 1, 2, 0, 1],
      influenceWeights: [1, 0.25, 0.75, 0.125, 0.25, 0.5, 0.0625, 0.0625],
      index: Uint32Array.of(0, 1, 2, 1, 3, 2),
      lodSteps: 0,
      springs: [],
      cloth: undefined,
      morphs: [{ name: 'smile', vertices: [1, 3], positions: [11, 0, 0, 10, 5, 172], normals: [0, -1, 0, 0, 0, 1] }],
    },
  ],
};

export const animation: Cal3dAnimation = {
  url: 'sample.caf',
  duration: 1,
  tracks: [
    { bone: 1, times: [0, 0.5], translations: [1, 2, 90, 1, 2, 95], rotations: [0, 0, HALF, HALF, 0, 0, 0, 1] },
    { bone: 0, times: [0, 0.5], translations: [0, 0, 40, 0, 0, 40], rotations: [0, HALF, 0, HALF, 0, 0.6, 0, 0.8] },
  ],
};

export const morphAnimation: Cal3dMorphAnimation = {
  url: 'sample.cpf',
  duration: 1,
  tracks: [{ morph: 'smile', times: [0, 0.5], weights: [0, 1] }],
};

export const material: Cal3dMaterial = { url: 'sample.crf', diffuse: [240, 184, 184, 0], maps: [{ file: 'skin.tga', type: '' }] };
