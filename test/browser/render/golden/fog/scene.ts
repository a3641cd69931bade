import { mixedScene } from '../../page.ts';
import { type MakeScene, uploaded } from '../textures.ts';

/** One of everything in fog that begins at 2 m and ends at 9 m. */
const make: MakeScene = renderer => mixedScene(uploaded(renderer), true);
export default make;
