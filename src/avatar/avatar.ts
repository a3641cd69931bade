import { mat4, type ReadonlyQuat, type ReadonlyVec3 } from 'gl-matrix';
import type { MeshPart } from '../assets/meshes/mesh-asset.ts';
import { Animator } from './clips/animator.ts';
import { copyMatrix, Followers } from './motion/followers.ts';
import type { Ground } from './motion/foot-plant.ts';
import { LookAt } from './motion/look-at.ts';
import { PlantedFeet } from './motion/planted-feet.ts';
import { type Walk, type WalkPath, walkTo } from './motion/walk-path.ts';
import { jointBounds } from './skeleton/joint-bounds.ts';
import { type SkinBinding, writePalette } from './skeleton/palette.ts';
import type { Pose } from './skeleton/pose.ts';
import type { Skeleton } from './skeleton/skeleton.ts';
import { allJoints, jointsIn } from './skeleton/used-joints.ts';
import { worldMatrices } from './skeleton/world-matrices.ts';

const place = new Float32Array(4);

/**
 * One figure in a room: its skeleton, animation, place and path, and the bone palettes of the skins that it wears.
 * Time and pose are separate. A scheduler advances every figure each frame and poses only those that are large on screen.
 *
 * ```ts
 * const avatar = new Avatar(skeleton);
 * avatar.animator.add(compileClip(asset, skeleton));
 * avatar.animator.play('walking');
 * avatar.follow(createWalkPath(points), 1.2);
 * mesh.userData.foyer = { palette: avatar.addSkin(bindSkin(part.skin, skeleton, url), part.bounds) };
 * avatar.advance(1 / 60); // `avatar.matrix` is its current place
 * avatar.evaluate(); // the palettes show the current pose
 * ```
 * `advance` and `evaluate` allocate nothing.
 */
export class Avatar {
  readonly skeleton: Skeleton;
  readonly animator: Animator;
  /** Avatar space to room space, column-major. The array never changes identity. */
  readonly matrix = mat4.create() as Float32Array;
  /**
   * Joint to avatar space, 16 numbers a joint, as of the last `evaluate`.
   * Once the avatar wears skins, only joints that the humanoid, skins or attachments use are up to date, and their ancestors.
   */
  readonly world: Float32Array;
  /** Counts evaluations. A renderer that uploaded the palettes at version n can skip the upload while the version stays n. */
  version = 0;
  /**
   * Keeps planted feet in place and on the floor. It costs a second pass over the joints, so enable it for figures that are large
   * on screen. Needs `loadFootPlanting`.
   */
  plantsFeet = false;
  /** The floor that feet stand on. If undefined, the floor is flat at the avatar's own height. */
  ground: Ground | undefined;
  readonly #followers: Followers;
  readonly #bounds = new Float32Array(6);
  /** Cleared by each pose and by each change of skins. */
  #boundsValid = false;
  readonly #lookAt: LookAt | undefined;
  readonly #feet: PlantedFeet;
  readonly #lookTarget = new Float32Array(3);
  #looking = false;
  #walking: Walk | undefined;
  /** The last speed given to `steer`, m/s. */
  #steered = 0;
  /** Seconds advanced since the last evaluation. */
  #sincePose = 0;
  /** The joints that `evaluate` poses, ascending. */
  #joints: Uint16Array;

  constructor(skeleton: Skeleton) {
    this.skeleton = skeleton;
    this.#followers = new Followers(skeleton);
    this.#joints = allJoints(skeleton.parents);
    this.animator = new Animator(skeleton);
    this.world = new Float32Array(skeleton.jointCount * 16);
    this.#lookAt = LookAt.of(skeleton);
    this.#feet = new PlantedFeet(skeleton);
    worldMatrices(skeleton.parents, skeleton.rest, this.world, this.#joints);
    this.evaluate();
  }

  /**
   * Box around the figure in avatar space as of the last `evaluate`: min x y z, max x y z. It is computed when this is read: whoever culls
   * by other bounds needs none. The array is always the same: read this again after each pose.
   */
  get bounds(): Float32Array {
    if (!this.#boundsValid) jointBounds(this.world, this.#joints, this.#followers.reach, this.#bounds);
    this.#boundsValid = true;
    return this.#bounds;
  }

  /** Places the avatar and stops following a path. */
  place(position: ReadonlyVec3, rotation: ReadonlyQuat = [0, 0, 0, 1]): void {
    this.stop();
    this.#feet.reset();
    mat4.fromRotationTranslation(this.matrix, rotation, position);
  }

  /**
   * Starts walking a closed loop. If the playing clip walks, its rate follows the speed of the feet.
   *
   * @param speed - m/s, >= 0.
   * @param start - metres along the loop.
   */
  follow(path: WalkPath, speed: number, start = 0): void {
    this.#walking = { path, speed, metres: start };
    this.#feet.reset();
    this.#walk(0);
  }

  /**
   * Moves the avatar to a given place, once a frame. Unlike `place`, it keeps planted feet planted.
   *
   * @param at - x y z in metres, heading in radians (the angle about y from +z), speed in m/s over the floor.
   * A clip that walks plays as fast as the feet need. The array is read, not kept; one array avoids boxed numbers.
   */
  steer(at: Float32Array): void {
    const speed = at[4];
    this.#walking = undefined;
    this.#steered = speed;
    if (speed > 0) this.animator.matchSpeed(speed);
    this.#stand(at);
  }

  /** Stops walking where the avatar stands. The clip goes on playing. */
  stop(): void {
    this.#walking = undefined;
    this.#steered = 0;
  }

  /**
   * Turns the head towards a point of the room until `lookAhead`. Has no effect without a head joint or if the point is not
   * finite.
   */
  lookAt(x: number, y: number, z: number): void {
    if (!Number.isFinite(x + y + z)) {
      this.lookAhead();
      return;
    }
    this.#lookTarget[0] = x;
    this.#lookTarget[1] = y;
    this.#lookTarget[2] = z;
    this.#looking = true;
  }

  lookAhead(): void {
    this.#looking = false;
    this.#lookAt?.release();
  }

  /**
   * Sets the weight of a morph target (a smile, a blink), added to that of clips. It takes effect at the next `evaluate`.
   * Each mesh shows its four strongest targets.
   *
   * @param weight - 0..1. Weights outside this range are allowed and extrapolate.
   * @throws RangeError if it is not finite.
   */
  setMorph(name: string, weight: number): void {
    this.animator.morphs.set(name, weight);
  }

  /**
   * Adds a skin that the avatar wears.
   *
   * @param bounds - of the part in its bind pose, so that the avatar's `bounds` include it.
   * @returns its palette (see `writePalette`), already written. Every `evaluate` updates it in place. Skins with the same binding
   * share it.
   */
  addSkin(binding: SkinBinding, bounds?: MeshPart['bounds']): Float32Array {
    const { palette, shared } = this.#followers.addSkin(binding, bounds);
    this.#boundsValid = false;
    this.#chooseJoints();
    if (!shared) writePalette(this.world, binding, palette);
    return palette;
  }

  /** Removes a skin (one of those that share `palette`). */
  removeSkin(palette: Float32Array): void {
    this.#followers.removeSkin(palette);
    this.#boundsValid = false;
    this.#chooseJoints();
  }

  /**
   * Attaches an object to a joint (a mug to a hand).
   *
   * @returns joint to avatar space, column-major; every `evaluate` updates it in place. Undefined if there is no such joint.
   */
  attach(jointName: string): Float32Array | undefined {
    const joint = this.skeleton.joint(jointName);
    if (joint < 0) return undefined;
    const matrix = this.#followers.attach(joint);
    this.#chooseJoints();
    copyMatrix(this.world, joint, matrix);
    return matrix;
  }

  detach(matrix: Float32Array): void {
    this.#followers.detach(matrix);
    this.#chooseJoints();
  }

  /**
   * Advances time, and the avatar along its path. It is cheap enough for every frame.
   *
   * @param seconds - >= 0. Other values, NaN included, count as 0: the first frame may begin before the clock is read, and clocks
   * can be set back.
   * A NaN would spoil all later poses.
   */
  advance(seconds: number): void {
    const passed = seconds > 0 && seconds < Number.POSITIVE_INFINITY ? seconds : 0;
    if (this.#walking) this.#walk(passed); // checked here: see Animator.advance
    this.animator.advance(passed);
    this.#sincePose += passed;
  }

  /** Computes the current pose: joints, palettes, attachments, bounds, morph weights. */
  evaluate(): void {
    const { skeleton, world } = this;
    const pose = skeleton.working.base;
    this.animator.evaluate(pose);
    if (this.#lookAt) this.#look(this.#lookAt, pose);
    worldMatrices(skeleton.parents, pose, world, this.#joints);
    const feet = this.#feet;
    feet.motion[0] = this.#sincePose;
    feet.motion[1] = this.#walking?.speed ?? this.#steered;
    if (feet.apply(this.plantsFeet, pose, world, this.matrix, this.ground))
      worldMatrices(skeleton.parents, pose, world, this.#joints);
    this.#sincePose = 0;
    this.#followers.follow(world);
    this.#boundsValid = false;
    this.version++;
  }

  /** Calls `advance` and `evaluate`. */
  update(seconds: number): void {
    this.advance(seconds);
    this.evaluate();
  }

  #walk(seconds: number): void {
    const walk = this.#walking;
    if (!walk) return;
    walk.metres += walk.speed * seconds;
    if (walk.path.length > 0) walk.metres %= walk.path.length;
    this.animator.matchSpeed(walk.speed);
    walkTo(walk, place);
    this.#stand(place);
  }

  /** @param at - x y z in metres, heading in radians. */
  #stand(at: Float32Array): void {
    const { matrix } = this;
    const sin = Math.sin(at[3]);
    const cos = Math.cos(at[3]);
    matrix.fill(0);
    matrix[0] = cos;
    matrix[2] = -sin;
    matrix[5] = 1;
    matrix[8] = sin;
    matrix[10] = cos;
    matrix[12] = at[0];
    matrix[13] = at[1];
    matrix[14] = at[2];
    matrix[15] = 1;
  }

  #look(lookAt: LookAt, pose: Pose): void {
    if (this.#looking) {
      const { matrix: m, world } = this;
      const h = lookAt.head * 16;
      const t = this.#lookTarget;
      const x = t[0] - m[12];
      const y = t[1] - m[13];
      const z = t[2] - m[14];
      // The transpose is the inverse: an avatar has a translation and a rotation, but no scale.
      place[0] = m[0] * x + m[1] * y + m[2] * z - world[h + 12];
      place[1] = m[4] * x + m[5] * y + m[6] * z - world[h + 13];
      place[2] = m[8] * x + m[9] * y + m[10] * z - world[h + 14];
      lookAt.towards(place);
    }
    lookAt.apply(pose, this.#sincePose);
  }

  /** Chooses the joints to pose. A newly needed joint is posed immediately. */
  #chooseJoints(): void {
    const before = this.animator.used;
    const { mask } = this.#followers;
    // Most parts of an outfit follow joints that others follow already.
    if (mask.every((used, joint) => used === before[joint])) return;
    this.animator.used = mask;
    this.#joints = jointsIn(mask);
    if (mask.some((used, joint) => used > before[joint])) this.evaluate();
  }
}
