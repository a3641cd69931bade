/** The camera code that is loaded once the room is interactive. */

export { avatarNear } from './avatar-near.ts';
export { CameraInput } from './camera-input.ts';
export { fadeNear } from './fade-near.ts';
export { freeView } from './free-view.ts';
