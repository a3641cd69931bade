import { EXAMPLES } from './catalog.ts';
import { foyerShaders } from './foyer-shaders.ts';
import { ProfilePage } from './page.ts';

// profile.html's script.
void new ProfilePage([...foyerShaders(), ...EXAMPLES]).restore();
