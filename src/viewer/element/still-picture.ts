import type { BufferAttribute, Camera, Fog, Material, Mesh, Object3D, Scene, Texture } from 'three';
import type { PartData } from '../../render/geometry/part-mesh.ts';
import { lightingVersion } from '../../render/materials/lighting.ts';

/** Pictures that must be alike before one is left out: impostors and levels of detail settle within so many. */
const SETTLE = 30;
/** While something moves, only every eighth picture is compared: comparing 100 avatars takes 0.05 ms. */
const LOOK_EVERY = 8;

/** The parts of materials that a picture depends on; three's own and SurfaceMaterial have different ones. */
interface Look extends Material {
  readonly color?: { readonly r: number; readonly g: number; readonly b: number };
  readonly baseColor?: Float32Array;
  readonly map?: Texture | null;
  readonly lightMap?: Texture | null;
  readonly variant?: number;
}

/**
 * Tells whether the next picture of a scene would be the same as the latest. It compares what the renderer reads: places, poses,
 * materials, versions of textures and buffers, light, fog and the camera. So it also sees changes that the page makes to the scene.
 */
export class StillPicture {
  readonly #numbers = new Numbers();
  readonly #palettes = new Numbers();
  #alike = 0;
  #unseen = 0;

  /** Forgets what it has seen, as when the canvas was cleared. */
  forget(): void {
    this.#alike = 0;
  }

  /**
   * Compares the scene with that of the latest call.
   *
   * @param more - other numbers that the picture depends on: its size, the quality.
   * @returns true if the picture can be left out.
   */
  isSame(scene: Scene, camera: Camera, more: readonly number[]): boolean {
    if (this.#alike === 0 && this.#unseen++ % LOOK_EVERY !== 0) return false;
    const numbers = this.#numbers.begin();
    numbers.add(lightingVersion());
    for (let i = 0; i < more.length; i++) numbers.add(more[i]);
    numbers.addAll(camera.projectionMatrix.elements);
    scene.updateMatrixWorld();
    if (camera.parent === null) camera.updateMatrixWorld();
    numbers.addAll(camera.matrixWorld.elements);
    addSurroundings(numbers, scene);
    visit(scene, numbers, undefined);
    let same = numbers.end();
    // Palettes are many numbers. They are compared only if all else is the same.
    if (same) {
      visit(scene, undefined, this.#palettes.begin());
      same = this.#palettes.end();
    }
    this.#alike = same ? this.#alike + 1 : 0;
    return this.#alike > SETTLE;
  }
}

function addSurroundings(numbers: Numbers, scene: Scene): void {
  const background = scene.background as { r?: number; g?: number; b?: number } | null;
  numbers.add(background?.r ?? 0);
  numbers.add(background?.g ?? 0);
  numbers.add(background?.b ?? 0);
  const fog = scene.fog as Fog | null;
  numbers.add(fog?.near ?? -1);
  numbers.add(fog?.far ?? -1);
  numbers.add(fog ? fog.color.r + 2 * fog.color.g + 4 * fog.color.b : 0);
}

/** Adds what is visible: to `numbers` everything but palettes, to `palettes` these. */
function visit(object: Object3D, numbers: Numbers | undefined, palettes: Numbers | undefined): void {
  if (!object.visible) return;
  const mesh = object as Mesh;
  if (mesh.isMesh) {
    const palette = (mesh.userData.foyer as PartData | undefined)?.palette;
    if (palette) palettes?.addAll(palette);
    if (numbers) addMesh(numbers, mesh, palette);
  }
  const { children } = object;
  for (let i = 0; i < children.length; i++) visit(children[i], numbers, palettes);
}

function addMesh(numbers: Numbers, mesh: Mesh, palette: Float32Array | undefined): void {
  const { geometry, material } = mesh;
  numbers.add(mesh.id);
  numbers.addAll(mesh.matrixWorld.elements);
  // One joint of each figure moves in almost every pose.
  if (palette) for (let i = 0; i < 4; i++) numbers.add(palette[i]);
  numbers.add(geometry.id);
  const { position, normal, uv, color } = geometry.attributes;
  numbers.add((position as BufferAttribute | undefined)?.version ?? 0);
  numbers.add((normal as BufferAttribute | undefined)?.version ?? 0);
  numbers.add((uv as BufferAttribute | undefined)?.version ?? 0);
  numbers.add((color as BufferAttribute | undefined)?.version ?? 0);
  numbers.add(geometry.index?.version ?? 0);
  if (Array.isArray(material)) for (let i = 0; i < material.length; i++) addMaterial(numbers, material[i]);
  else addMaterial(numbers, material);
}

function addMaterial(numbers: Numbers, material: Look): void {
  const { color, baseColor, map, lightMap } = material;
  numbers.add(material.id);
  numbers.add(material.version);
  numbers.add(material.variant ?? 0);
  numbers.add(material.visible ? material.opacity : -1);
  numbers.add(material.side + 4 * Number(material.transparent) + 8 * Number(material.depthWrite));
  numbers.add(material.alphaTest);
  if (color) numbers.add(color.r + 2 * color.g + 4 * color.b);
  if (baseColor) numbers.addAll(baseColor);
  numbers.add(map ? map.id + map.version / 65_536 : 0);
  numbers.add(lightMap ? lightMap.id + lightMap.version / 65_536 : 0);
}

/** A list of numbers that is compared with the one before while it is written. */
class Numbers {
  #list = new Float64Array(4096);
  #count = 0;
  #before = 0;
  #changed = false;

  begin(): this {
    this.#before = this.#count;
    this.#count = 0;
    this.#changed = false;
    return this;
  }

  add(number: number): void {
    if (this.#count === this.#list.length) this.#grow();
    if (this.#list[this.#count] !== number) {
      this.#list[this.#count] = number;
      this.#changed = true;
    }
    this.#count++;
  }

  addAll(numbers: ArrayLike<number>): void {
    for (let i = 0; i < numbers.length; i++) this.add(numbers[i]);
  }

  /** Returns whether all were the same as before. */
  end(): boolean {
    return !this.#changed && this.#count === this.#before;
  }

  #grow(): void {
    const grown = new Float64Array(this.#list.length * 2);
    grown.set(this.#list);
    this.#list = grown;
  }
}
