/** Says how large the eye at the door sees what stands in a written room. */
import { Box3, Frustum, Matrix4, PerspectiveCamera, Quaternion, Sphere, Vector3 } from 'three';
import type { AvatarEdge, Bounds, FurnitureEdge, RoomDocument } from '../../../graph/room-documents.ts';

/** The viewer's field of view in degrees, and the shape of a usual window. A narrow one sees less. */
const FIELD_OF_VIEW = 50;
const ASPECT = 16 / 9;
/** The viewer's own door, where the room's document names none. */
const DOOR = { position: [0, 1.7, 5], target: [0, 1.2, 0] } as const;
/** Around an avatar that stands, with arms that move. */
const PERSON = new Box3(new Vector3(-0.6, 0, -0.6), new Vector3(0.6, 1.9, 0.6));

const matrix = new Matrix4();
const box = new Box3();
const sphere = new Sphere();

/** Its methods return how urgent something is: 1 to 2 where the door shows it, 0 to 0.5 where it does not, and more where it looks larger. */
export class DoorView {
  readonly #eye: Vector3;
  readonly #frustum = new Frustum();

  constructor({ position, target }: NonNullable<RoomDocument['data']['spawn']> | typeof DOOR = DOOR) {
    const camera = new PerspectiveCamera(FIELD_OF_VIEW, ASPECT, 0.05, 200);
    this.#eye = camera.position.fromArray(position);
    camera.lookAt(new Vector3().fromArray(target));
    camera.updateMatrixWorld();
    this.#frustum.setFromProjectionMatrix(matrix.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse));
  }

  /** What has no bounds may be seen anywhere. */
  furniture({ position, rotation, scale }: FurnitureEdge['data'], bounds: Bounds | undefined): number {
    if (!bounds) return 1;
    const scales: [number, number, number] = typeof scale === 'number' ? [scale, scale, scale] : scale;
    matrix.compose(new Vector3(...position), new Quaternion(...rotation), new Vector3(...scales));
    box.set(new Vector3(...bounds.min), new Vector3(...bounds.max)).applyMatrix4(matrix);
    return this.#urgency();
  }

  avatar({ position }: AvatarEdge['data']): number {
    box.copy(PERSON).translate(new Vector3(...position));
    return this.#urgency();
  }

  /** Of what is in `box`. */
  #urgency(): number {
    const { center, radius } = box.getBoundingSphere(sphere);
    const sine = radius / center.distanceTo(this.#eye);
    const size = sine < 1 ? sine ** 2 / 2 : 0.5;
    return this.#frustum.intersectsBox(box) ? size + 1 : size;
  }
}
