/** Checks resources that an import wrote with the readers that a page uses, so that every written file opens. */
import { meshoptReady } from '../../assets/gltf/meshopt.ts';
import { decodeMesh } from '../../assets/meshes/decode-mesh.ts';
import { decodeAnimation } from '../../assets/motion/decode-animation.ts';
import { decodeSkeleton } from '../../assets/motion/decode-skeleton.ts';

const DECODERS = { mesh: decodeMesh, skeleton: decodeSkeleton, animation: decodeAnimation };

/** @throws FormatError where a reader rejects the resource. @param source - name of its owner, for the error. */
export async function checkResource(kind: keyof typeof DECODERS, bytes: Uint8Array, source: string): Promise<void> {
  await meshoptReady;
  DECODERS[kind](bytes, source);
}
