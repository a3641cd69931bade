import type { Maker } from './build.ts';
import { COLOURS } from './colours.ts';
import { ENCODINGS } from './encodings.ts';
import { EXPORTERS } from './exporters.ts';
import { FIGURE_DATA } from './figure-data.ts';
import { FIGURES } from './figures.ts';
import type { Files } from './files.ts';
import { MOVING } from './moving.ts';
import { PICTURES } from './pictures.ts';
import { SAMPLERS } from './samplers.ts';
import { SCENES } from './scenes.ts';
import { SHAPES } from './shapes.ts';
import { SURFACES } from './surfaces.ts';
import { VRM } from './vrm.ts';

/** All kinds by their group and name: small files made here, each after one of Khronos' samples or a habit of exporters. */
export const KINDS: Readonly<Record<string, Readonly<Record<string, () => Promise<Maker | Files>>>>> = {
  SHAPES,
  SURFACES,
  COLOURS,
  MOVING,
  ENCODINGS,
  FIGURES,
  FIGURE_DATA,
  VRM,
  EXPORTERS,
  PICTURES,
  SAMPLERS,
  SCENES,
};

/** Least similarity of each picture. */
export const LEAST = { even: 0.97, lambert: 0.95 };

/** Where less is right, and why. */
export const LESS: Readonly<Record<string, { readonly least: number; readonly why: string } | undefined>> = {
  BoxTexturedNonPowerOfTwo: { least: 0.95, why: 'compressed twice: its JPEG becomes a lossy WebP' },
  BasisEtc1s: { least: 0.95, why: 'compressed twice: three draws what the GPU makes of ETC1S, ours goes through WebP' },
  JointsOutsideScene: { least: 0.8, why: 'three.js leaves joints outside the scene at the origin; ours stand where they are' },
  Vrm0: { least: 0.9, why: 'three.js draws no MToon' },
  Vrm1: { least: 0.9, why: 'three.js draws no MToon' },
  SpecularGlossiness: { least: 0.5, why: 'three.js no longer reads specular-glossiness and draws it white' },
  VolumeAndLamps: { least: 0.9, why: 'glass is blended here and opaque in simple materials' },
  JpegYcck: { least: 0.95, why: 'a noise of colours, because the inks of the test are turned into YCCK by their marker alone' },
  EightWeights: { least: 0.94, why: 'three.js keeps the first four weights of a vertex, ours the largest four of eight' },
  GifMoving: { least: 0.95, why: 'the grain of a palette of 256 colours gets a lossy file' },
  OddPrint: { least: 0.95, why: 'the nearest mip level, not two blended: half the texture reads' },
  CadEdges: { least: 0.95, why: 'three.js draws a line one pixel wide, ours is a ribbon' },
  PhysicallyBased: {
    least: 0.75,
    why: 'metal, relief and occlusion are folded into the colour, which simple materials do without',
  },
  MetalRoughSpheres: { least: 0.95, why: 'metal is drawn as a matt colour, not as what it would reflect' },
};
