/** How to convert other kinds of models to glTF. */

const BLENDER = 'open it in Blender and export it as glTF 2.0 (.glb)';

const CONVERTERS: Readonly<Record<string, string>> = {
  '.fbx': `convert it to glTF with FBX2glTF, or ${BLENDER}`,
  '.obj': 'convert it to glTF with "npx obj2gltf -i model.obj -o model.glb"',
  '.dae': `convert it to glTF with COLLADA2GLTF, or ${BLENDER}`,
  '.blend': BLENDER,
  '.stl': BLENDER,
  '.ply': BLENDER,
  '.3ds': BLENDER,
  '.usd': BLENDER,
  '.usda': BLENDER,
  '.usdc': BLENDER,
  '.usdz': BLENDER,
  '.abc': BLENDER,
  '.x3d': BLENDER,
  '.max': 'export it from 3ds Max as glTF',
  '.ma': 'export it from Maya as FBX, then convert that with FBX2glTF',
  '.mb': 'export it from Maya as FBX, then convert that with FBX2glTF',
  '.c4d': 'export it from Cinema 4D as glTF',
  '.skp': 'export it from SketchUp as glTF',
  '.step': 'convert it to glTF with a CAD program (FreeCAD exports .glb)',
  '.stp': 'convert it to glTF with a CAD program (FreeCAD exports .glb)',
  '.b3dm': 'a tile of 3D Tiles: extract its model with "npx 3d-tiles-tools b3dmToGlb -i tile.b3dm -o model.glb"',
};

/** Returns advice for models with that extension (`.fbx`); undefined where there is none. */
export const converterFor = (ending: string): string | undefined =>
  Object.hasOwn(CONVERTERS, ending) ? CONVERTERS[ending] : undefined;
