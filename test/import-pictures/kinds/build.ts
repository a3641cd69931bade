import { type Accessor, Document, type Material, type Node, type Primitive, type Texture } from '@gltf-transform/core';
import sharp, { type Sharp } from 'sharp';
import { type BufferGeometry, Euler, Quaternion } from 'three';

type Data = Float32Array | Int16Array | Uint16Array | Int8Array | Uint8Array | Uint32Array;

/** A glTF file in the making: short words over glTF-Transform for the models of this folder. */
export class Maker {
  readonly document = new Document();
  readonly #buffer = this.document.createBuffer();
  readonly scene = this.document.createScene('scene');

  constructor() {
    this.document.getRoot().setDefaultScene(this.scene);
  }

  accessor(data: Data, type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4' | 'MAT4', normalized = false): Accessor {
    return this.document
      .createAccessor()
      .setType(type)
      .setArray(data as Float32Array<ArrayBuffer>)
      .setNormalized(normalized)
      .setBuffer(this.#buffer);
  }

  /** One of three's own shapes. */
  primitive(geometry: BufferGeometry, material?: Material): Primitive {
    const primitive = this.document.createPrimitive();
    const names = { position: 'POSITION', normal: 'NORMAL', uv: 'TEXCOORD_0', color: 'COLOR_0' } as const;
    for (const [from, to] of Object.entries(names)) {
      const attribute = geometry.getAttribute(from);
      if (!attribute) continue;
      const type = `VEC${attribute.itemSize}` as 'VEC2' | 'VEC3' | 'VEC4';
      primitive.setAttribute(to, this.accessor(attribute.array as Float32Array, type, attribute.normalized));
    }
    const { index } = geometry;
    if (index) primitive.setIndices(this.accessor(Uint16Array.from(index.array), 'SCALAR'));
    return material ? primitive.setMaterial(material) : primitive;
  }

  /** A node of the scene (or below `parent`) with a mesh of these primitives. */
  stand(primitives: Primitive | readonly Primitive[], place: Place = {}, parent?: Node): Node {
    const mesh = this.document.createMesh(place.name ?? '');
    for (const primitive of [primitives].flat() as Primitive[]) mesh.addPrimitive(primitive);
    return this.node(place, parent).setMesh(mesh);
  }

  node({ name = '', at, turn, scale }: Place = {}, parent?: Node): Node {
    const node = this.document.createNode(name);
    if (at) node.setTranslation([at[0], at[1], at[2]]);
    if (turn) node.setRotation(quaternion(turn));
    if (scale) node.setScale([scale[0], scale[1], scale[2]]);
    if (parent) parent.addChild(node);
    else this.scene.addChild(node);
    return node;
  }

  material(color: readonly [number, number, number, number?] = [1, 1, 1], name = ''): Material {
    const [r, g, b, a = 1] = color;
    return this.document.createMaterial(name).setBaseColorFactor([r, g, b, a]).setMetallicFactor(0);
  }

  textured(texture: Texture): Material {
    return this.material().setBaseColorTexture(texture);
  }

  /** @param pixel - RGBA 0..255 at x, y of 0..1. */
  async texture(size: number, pixel = checker, format: 'png' | 'jpeg' | 'webp' = 'png', height = size): Promise<Texture> {
    const bytes = await picture(size, height, pixel, format);
    return this.document.createTexture().setImage(bytes).setMimeType(`image/${format}`);
  }

  /** A picture as somebody's tool wrote it. */
  encoded(bytes: Uint8Array, mime: 'image/png' | 'image/jpeg'): Texture {
    return this.document.createTexture().setImage(new Uint8Array(bytes)).setMimeType(mime);
  }

  /** Animates a node. */
  animate(
    clip: string,
    node: Node,
    path: 'translation' | 'rotation' | 'scale' | 'weights',
    times: readonly number[],
    values: readonly number[],
    interpolation: 'LINEAR' | 'STEP' | 'CUBICSPLINE' = 'LINEAR',
  ): void {
    const { document } = this;
    const animations = document.getRoot().listAnimations();
    const animation = animations.find(a => a.getName() === clip) ?? document.createAnimation(clip);
    const type = path === 'rotation' ? 'VEC4' : path === 'weights' ? 'SCALAR' : 'VEC3';
    const sampler = document
      .createAnimationSampler()
      .setInput(this.accessor(Float32Array.from(times), 'SCALAR'))
      .setOutput(this.accessor(Float32Array.from(values), type))
      .setInterpolation(interpolation);
    const channel = document.createAnimationChannel().setTargetNode(node).setTargetPath(path).setSampler(sampler);
    animation.addSampler(sampler).addChannel(channel);
  }
}

export interface Place {
  readonly name?: string;
  readonly at?: readonly [number, number, number];
  /** Degrees about x, then y, then z. */
  readonly turn?: readonly [number, number, number];
  readonly scale?: readonly [number, number, number];
}

export function quaternion(turn: readonly [number, number, number]): [number, number, number, number] {
  const [x, y, z] = turn.map(degrees => (degrees * Math.PI) / 180);
  return new Quaternion().setFromEuler(new Euler(x, y, z)).toArray();
}

export type Pixel = (x: number, y: number) => readonly [number, number, number, number?];

/** Soft colours on squares: shows which way a texture lies, and how it is filtered. */
export const checker: Pixel = (x, y) => {
  const on = (Math.floor(x * 6) + Math.floor(y * 6)) % 2 === 0;
  return [on ? 230 : 110, 60 + 150 * x, 40 + 180 * y];
};

/** To be encoded in ways that `picture` does not know. */
export function pixels(width: number, height: number, pixel: Pixel): Sharp {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [r, g, b, a = 255] = pixel((x + 0.5) / width, (y + 0.5) / height);
      data.set([r, g, b, a], (y * width + x) * 4);
    }
  return sharp(data, { raw: { width, height, channels: 4 } });
}

async function picture(width: number, height: number, pixel: Pixel, format: 'png' | 'jpeg' | 'webp'): Promise<Uint8Array> {
  const options = { quality: 95, ...(format === 'webp' ? { lossless: true } : {}) };
  return new Uint8Array(await pixels(width, height, pixel).toFormat(format, options).toBuffer());
}
