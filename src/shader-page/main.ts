import { EXAMPLES } from './catalog.ts';
import { foyerShaders } from './foyer-shaders.ts';
import { ShaderPage } from './page.ts';

// profile.html's script.
void new ShaderPage([...foyerShaders(), ...EXAMPLES]).restore();
