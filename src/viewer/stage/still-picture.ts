import type {
  BufferAttribute,
  Camera,
  Color,
  Fog,
  FogExp2,
  InterleavedBufferAttribute,
  Material,
  Mesh,
  Object3D,
  Scene,
  Texture,
  Vector2,
} from 'three';
import type { PartData } from '../../render/geometry/part-mesh.ts';
import type { Figure } from '../../render/impostors/figure.ts';
import { lightingVersion } from '../../render/materials/lighting.ts';
import type { SurfaceMaterial } from '../../render/materials/surface-material.ts';

/** Number of equal pictures before one is left out. Impostors and levels of detail settle within that many. */
const SETTLE = 30;
/** While something moves, only every eighth picture is compared: comparing 100 avatars takes 0.05 ms. */
const LOOK_EVERY = 8;

/** The fields that tell the kinds of three's objects apart. */
interface Kinds {
  readonly isMesh?: boolean;
  readonly isLight?: boolean;
  readonly isLine?: boolean;
  readonly isPoints?: boolean;
  readonly isSprite?: boolean;
  readonly isSkinnedMesh?: boolean;
  readonly isInstancedMesh?: boolean;
  readonly isBatchedMesh?: boolean;
}

/**
 * Tells whether the next picture of a scene would be the same as the latest. It compares what the renderer reads: places, poses,
 * materials, versions of textures and buffers, light, fog and the camera. So it also sees changes that the page makes to the scene.
 * Where the page added something that it cannot compare (a light, lines, a shader of its own), no picture is the same.
 */
export class StillPicture {
  readonly #numbers = new Numbers();
  readonly #palettes = new Numbers();
  readonly #phases = new Numbers();
  /** True where the clip of a figure went on between the latest two calls, though its pose was the same. */
  isPlaying = false;
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
    // Stops at the first thing that it cannot compare.
    let same = visit(scene, numbers, undefined) && isComparable(scene) && numbers.end();
    // Palettes are many numbers. They are compared only if all else is the same.
    if (same) {
      visit(scene, undefined, this.#palettes.begin());
      same = this.#palettes.end();
    }
    if (same) {
      addPhases(scene, this.#phases.begin());
      this.isPlaying = !this.#phases.end();
    }
    this.#alike = same ? this.#alike + 1 : 0;
    return this.#alike > SETTLE;
  }
}

/** Whether the scene has only colours and fog around its objects. */
function isComparable({ background, environment, overrideMaterial }: Scene): boolean {
  return !environment && !overrideMaterial && (!background || 'isColor' in background);
}

function addSurroundings(numbers: Numbers, scene: Scene): void {
  addColor(numbers, scene.background as Color | null);
  const fog = scene.fog as (Fog & Partial<FogExp2>) | null;
  numbers.add(fog?.near ?? -1);
  numbers.add(fog?.far ?? -1);
  numbers.add(fog?.density ?? -1);
  addColor(numbers, fog?.color);
}

/**
 * Adds what is visible: palettes to `palettes`, everything else to `numbers`.
 *
 * @returns false where something cannot be compared.
 */
function visit(object: Object3D, numbers: Numbers | undefined, palettes: Numbers | undefined): boolean {
  if (!object.visible) return true;
  const kinds = object as Kinds;
  if (kinds.isLight || kinds.isLine || kinds.isPoints || kinds.isSprite) return false;
  const figure = object.userData.foyerFigure as Figure | undefined;
  if (figure) numbers?.add(figure.opacity);
  if (kinds.isMesh) {
    const mesh = object as Mesh;
    const palette = (mesh.userData.foyer as PartData | undefined)?.palette;
    if (palette) palettes?.addAll(palette);
    if (numbers && !addMesh(numbers, mesh, palette)) return false;
  }
  const { children } = object;
  for (let i = 0; i < children.length; i++) if (!visit(children[i], numbers, palettes)) return false;
  return true;
}

/** Adds where each figure is in its clip. In a mix of clips that is not known: NaN is never the same. */
function addPhases(object: Object3D, phases: Numbers): void {
  if (!object.visible) return;
  const figure = object.userData.foyerFigure as Figure | undefined;
  if (figure) phases.add(figure.phase < 0 ? Number.NaN : figure.phase);
  for (const child of object.children) addPhases(child, phases);
}

/** @returns false where it cannot be compared. */
function addMesh(numbers: Numbers, mesh: Mesh, palette: Float32Array | undefined): boolean {
  const { isSkinnedMesh, isInstancedMesh, isBatchedMesh } = mesh as Kinds;
  if (isSkinnedMesh || isInstancedMesh || isBatchedMesh) return false;
  const { geometry, material, morphTargetInfluences } = mesh;
  numbers.add(mesh.id);
  numbers.addAll(mesh.matrixWorld.elements);
  // One joint of each figure moves in almost every pose.
  if (palette) for (let i = 0; i < 4; i++) numbers.add(palette[i]);
  if (morphTargetInfluences) numbers.addAll(morphTargetInfluences);
  numbers.add(geometry.id);
  const { position, normal, uv, color } = geometry.attributes;
  addVersion(numbers, position);
  addVersion(numbers, normal);
  addVersion(numbers, uv);
  addVersion(numbers, color);
  numbers.add(geometry.index?.version ?? 0);
  numbers.add(geometry.drawRange.start);
  numbers.add(geometry.drawRange.count);
  if (!Array.isArray(material)) return addMaterial(numbers, material);
  for (let i = 0; i < material.length; i++) if (!addMaterial(numbers, material[i])) return false;
  return true;
}

function addVersion(numbers: Numbers, attribute: BufferAttribute | InterleavedBufferAttribute | undefined): void {
  numbers.add(attribute ? ('data' in attribute ? attribute.data.version : attribute.version) : -1);
}

/** @returns false where it cannot be compared. */
function addMaterial(numbers: Numbers, material: Material): boolean {
  numbers.add(material.id);
  numbers.add(material.version);
  if ((material as Partial<SurfaceMaterial>).isSurfaceMaterial) addSurface(numbers, material as SurfaceMaterial);
  // A shader of the page may do anything with its uniforms.
  else if ('isShaderMaterial' in material) return false;
  else for (const key in material) addValue(numbers, material[key as keyof Material]);
  return true;
}

function addSurface(numbers: Numbers, material: SurfaceMaterial): void {
  numbers.add(material.variant);
  numbers.add(material.visible ? material.opacity : -1);
  numbers.add(material.side + 4 * Number(material.transparent) + 8 * Number(material.depthWrite));
  numbers.add(material.alphaTest);
  numbers.addAll(material.baseColor);
  addTexture(numbers, material.map);
  addValue(numbers, material.map?.offset);
  addTexture(numbers, material.lightMap);
}

/** Adds a field of a material of three's own. Only three knows which of them a picture depends on. */
function addValue(numbers: Numbers, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'boolean') numbers.add(Number(value));
  else if (!value || typeof value !== 'object') numbers.add(-1);
  else if ('isColor' in value) addColor(numbers, value as Color);
  else if ('isVector2' in value) {
    numbers.add((value as Vector2).x);
    numbers.add((value as Vector2).y);
  } else if ('isTexture' in value) {
    const texture = value as Texture;
    addTexture(numbers, texture);
    addValue(numbers, texture.offset);
    addValue(numbers, texture.repeat);
    numbers.add(texture.rotation);
  }
}

function addTexture(numbers: Numbers, texture: Texture | null): void {
  numbers.add(texture ? texture.id : 0);
  numbers.add(texture ? texture.version : 0);
}

function addColor(numbers: Numbers, color: Color | null | undefined): void {
  numbers.add(color?.r ?? -1);
  numbers.add(color?.g ?? -1);
  numbers.add(color?.b ?? -1);
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
