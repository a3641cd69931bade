/** Makes a job small enough to be copied to another thread. */
import type { SourceTexture } from '../../model/source-model.ts';
import { shrinkTexture } from '../../picture/texture-colours.ts';
import type { ThreadJob } from './write-job.ts';

const NOTHING = new Uint8Array();

/** Returns the job without what the thread does not need: a picture has megabytes, and only figures' levels depend on its small copy. */
export function toSend(job: ThreadJob): ThreadJob {
  if (job.kind !== 'mesh') return job;
  const { name, parts, skin, textures } = job.product;
  return {
    ...job,
    product: {
      name,
      parts,
      ...(skin ? { skin } : {}),
      textures: textures.map(skin ? small : ({ encoding: _, ...texture }) => ({ ...texture, rgba: NOTHING })),
    },
  };
}

/** A small copy is all that a mesh needs of it. */
function small({ encoding, ...texture }: SourceTexture): SourceTexture {
  return { ...texture, rgba: NOTHING, colours: encoding?.colours ?? shrinkTexture(texture) };
}
