import { EXAMPLES } from './catalog/catalog.ts';
import { foyerShaders } from './catalog/foyer-shaders.ts';
import { ShaderPage } from './page.ts';

// The script of profile.html.
void new ShaderPage([...foyerShaders(), ...EXAMPLES]).restore();
