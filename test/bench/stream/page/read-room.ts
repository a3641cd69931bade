import { Box3, Matrix4, PerspectiveCamera, Quaternion, Sphere, Vector3 } from 'three';
import { GraphClient } from '../../../../src/graph/graph-client.ts';
import { followRoom } from '../../../../src/room/documents/follow-room.ts';
import type { ProductInfo, ResourceInfo } from '../../../../src/room/documents/room-info.ts';
import { ViewScore } from '../../../../src/room/resources/view-score.ts';

/** A resource as every contestant is told of it. `class` is the queue's: 1 critical and in sight, 2 critical, 3 high texture. */
export interface BenchResource {
  readonly url: string;
  readonly bytes: number;
  readonly hash: string;
  readonly class: 1 | 2 | 3;
  /** Part of the picture that it covers, 0..1. */
  readonly area: number;
}

export interface BenchProduct {
  readonly url: string;
  readonly area: number;
  /** URLs without which nothing of it is seen: its mesh. */
  readonly needed: readonly string[];
  /** One a material: URLs of the low and the high texture. */
  readonly slots: readonly { readonly low: string | undefined; readonly high: string | undefined }[];
}

export interface ReadRoom {
  readonly resources: readonly BenchResource[];
  readonly products: readonly BenchProduct[];
}

const WIDTH = 1280;
const HEIGHT = 720;

/** Brings the room's document and follows it with our own client: all contestants pay the same for it. */
export async function readBenchRoom(url: string): Promise<ReadRoom> {
  const graph = new GraphClient(document => ({
    done: fetch(document).then(async answer => new Uint8Array(await answer.arrayBuffer())),
  }));
  const camera = new PerspectiveCamera(50, WIDTH / HEIGHT, 0.1, 200);
  const placed: { product: ProductInfo; sphere: Sphere; clip: string | undefined }[] = [];
  await followRoom(graph, new URL(url, location.href).href, {
    room: ({ spawn }) => {
      camera.position.set(...(spawn?.position ?? [0, 1.7, 5]));
      camera.lookAt(new Vector3(...(spawn?.target ?? [0, 1, 0])));
      camera.updateMatrixWorld();
    },
    furniture: ({ data, product }) => {
      const scale = typeof data.scale === 'number' ? [data.scale, data.scale, data.scale] : (data.scale ?? [1, 1, 1]);
      const matrix = new Matrix4().compose(
        new Vector3().fromArray(data.position),
        new Quaternion().fromArray(data.rotation),
        new Vector3().fromArray(scale),
      );
      placed.push({ product, sphere: sphereOf(product).applyMatrix4(matrix), clip: undefined });
    },
    avatar: ({ data, height, skeleton, outfit }) => {
      const sphere = new Sphere(new Vector3().fromArray(data.position).add(new Vector3(0, height / 2, 0)), height / 2);
      for (const product of [skeleton, ...outfit.map(part => part.product)])
        placed.push({ product, sphere, clip: data.animation });
    },
    failed: (at, error) => {
      throw new Error(`${at}: ${error}`);
    },
  });
  return list(placed, camera);
}

function list(
  placed: readonly { product: ProductInfo; sphere: Sphere; clip: string | undefined }[],
  camera: PerspectiveCamera,
): ReadRoom {
  const view = new ViewScore();
  view.look(camera, WIDTH, HEIGHT);
  const resources = new Map<string, { info: ResourceInfo; visible: boolean; area: number }>();
  const products = new Map<string, { info: ProductInfo; area: number }>();
  for (const { product, sphere, clip } of placed) {
    const visible = view.sees(sphere);
    const area = view.area(sphere) / (WIDTH * HEIGHT);
    const seen = visible ? area : 0;
    const known = products.get(product.url);
    products.set(product.url, { info: product, area: Math.max(known?.area ?? 0, seen) });
    for (const info of product.resources) {
      // High textures come as KTX2 too; every contestant takes WebP.
      if (info.type === 'image/ktx2') continue;
      const idle = info.kind === 'animation' && info.name !== clip;
      const before = resources.get(info.url);
      resources.set(info.url, {
        info,
        visible: (before?.visible ?? false) || (visible && !idle),
        area: Math.max(before?.area ?? 0, idle ? 0 : visible ? area : area / 16),
      });
    }
  }
  return {
    resources: [...resources.values()].map(({ info: { url, bytes, hash, kind, tier }, visible, area }) => ({
      url,
      bytes,
      hash,
      class: kind === 'texture' && tier === 'high' ? 3 : visible ? 1 : 2,
      area,
    })),
    products: [...products.values()].map(({ info, area }) => describe(info, area)),
  };
}

function describe({ url, resources }: ProductInfo, area: number): BenchProduct {
  const slots = new Map<string, { low: string | undefined; high: string | undefined }>();
  for (const { kind, slot, tier, type, url: ref } of resources) {
    if (kind !== 'texture' || type === 'image/ktx2') continue;
    const own = slots.get(slot) ?? { low: undefined, high: undefined };
    own[tier] = ref;
    slots.set(slot, own);
  }
  return { url, area, needed: resources.filter(r => r.kind === 'mesh').map(r => r.url), slots: [...slots.values()] };
}

function sphereOf({ bounds }: ProductInfo): Sphere {
  if (!bounds) return new Sphere(new Vector3(), 1);
  return new Box3(new Vector3().fromArray(bounds.min), new Vector3().fromArray(bounds.max)).getBoundingSphere(new Sphere());
}
