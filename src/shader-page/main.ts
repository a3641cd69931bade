import { EXAMPLES } from './catalog.ts';
import { foyerShaders } from './foyer-shaders.ts';
import { ShaderPage } from './page.ts';

// The script of profile.html.
void new ShaderPage([...foyerShaders(), ...EXAMPLES]).restore();
