/** How to convert other kinds of models to glTF. */

const BLENDER = 'open it in Blender and export it as glTF 2.0 (.glb)';

const FBX = `convert it to glTF with FBX2glTF, or ${BLENDER}`;
const CAD = 'convert it to glTF with a CAD program (FreeCAD exports .glb)';
const POINTS = 'points and splats have no triangles: make a mesh of them (MeshLab, CloudCompare) and export that as glTF';
const GAME = 'an add-on of Blender reads it: export it from there as glTF 2.0 (.glb)';
const UNPACK = 'unpack it first';
const PICTURE = 'it is a picture; a model names its pictures itself';
const ROOM = 'a room that you wrote is read by "foyer room"';
const tile = (kind: string): string =>
  `a tile of 3D Tiles: extract its models with "npx 3d-tiles-tools ${kind}ToGlb -i tile.${kind} -o model.glb"`;

/** Advice by the endings that it holds for. */
const ADVICE: readonly (readonly [endings: string, advice: string])[] = [
  ['fbx', FBX],
  ['obj', 'convert it to glTF with "npx obj2gltf -i model.obj -o model.glb"'],
  ['dae', `convert it to glTF with COLLADA2GLTF, or ${BLENDER}`],
  ['blend blend1 stl ply 3ds usd usda usdc usdz abc x3d wrl off lwo 3mf amf x bvh', BLENDER],
  ['max', 'export it from 3ds Max as glTF'],
  ['ma mb', 'export it from Maya as FBX, then convert that with FBX2glTF'],
  ['c4d', 'export it from Cinema 4D as glTF'],
  ['skp', 'export it from SketchUp as glTF'],
  ['3dm', 'export it from Rhino as glTF'],
  ['hip hiplc hipnc', 'export it from Houdini as glTF'],
  ['ztl zpr', 'export it from ZBrush as FBX, then convert that with FBX2glTF'],
  ['rvt rfa', 'export it from Revit as FBX or IFC, and convert that'],
  ['step stp iges igs brep fcstd sldprt sldasm jt', CAD],
  ['ifc', 'convert it to glTF with IfcConvert (IfcOpenShell)'],
  ['dwg dxf', 'open it in a CAD program and export it as FBX or STEP, then convert that'],
  ['uasset umap', 'export it from Unreal as glTF'],
  ['unity prefab unitypackage asset', 'export it from Unity as glTF (UnityGLTF, glTFast)'],
  ['tscn scn', 'export it from Godot as glTF'],
  ['pmx pmd md2 md3 md5mesh mdl smd vox qb', GAME],
  ['drc', 'Draco data alone is no model: export it again as glTF'],
  ['splat ksplat spz sog las laz e57 pcd pts xyz pnts', POINTS],
  ['b3dm', tile('b3dm')],
  ['i3dm', tile('i3dm')],
  ['cmpt', tile('cmpt')],
  ['gz glbz zst br xz bz2 7z rar tar tgz', UNPACK],
  ['png jpg jpeg webp avif gif tif tiff bmp tga ktx2 dds exr hdr svg psd', PICTURE],
  ['json', ROOM],
];

const CONVERTERS: ReadonlyMap<string, string> = new Map(
  ADVICE.flatMap(([endings, advice]) => endings.split(' ').map(ending => [`.${ending}`, advice] as const)),
);

/** Whether files with that extension (`.fbx`) hold a model, or may. */
export const mayHoldModel = (ending: string): boolean => ![undefined, PICTURE, ROOM].includes(converterFor(ending));

/** Returns advice for models with that extension (`.fbx`); undefined where there is none. */
export const converterFor = (ending: string): string | undefined => CONVERTERS.get(ending);
