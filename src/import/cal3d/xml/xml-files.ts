/** Reads XML skeletons, materials and animations of Cal3D (XSF, XRF, XAF, XPF). */
import type { Cal3dAnimation, Cal3dBone, Cal3dMaterial, Cal3dMorphAnimation, Cal3dSkeleton, Cal3dTrack } from '../cal3d-file.ts';
import { MAX_BONES, MAX_DURATION } from '../cal3d-file.ts';
import { openXml, type XmlElement } from './xml-element.ts';

/** Reads an XSF file. */
export function readXmlSkeleton(bytes: Uint8Array, url: string): Cal3dSkeleton {
  const { root } = openXml(bytes, url, 'SKELETON');
  const elements = root.counted('BONE', 'NUMBONES');
  if (elements.length === 0 || elements.length > MAX_BONES)
    root.fail(`1 to ${MAX_BONES} bones are expected`, 'BONE', elements.length);
  const bones = elements.map((bone): Cal3dBone => {
    const parent = bone.child('PARENTID').integer();
    if (parent < -1 || parent >= elements.length)
      bone.fail(`the parent is none of the ${elements.length} bones`, 'PARENTID', parent);
    return {
      name: bone.has('NAME') ? bone.text('NAME') : '',
      parent,
      translation: bone.child('TRANSLATION').numbers(3),
      rotation: bone.child('ROTATION').numbers(4),
      boneSpaceTranslation: bone.child('LOCALTRANSLATION').numbers(3),
      boneSpaceRotation: bone.child('LOCALROTATION').numbers(4),
    };
  });
  return { url, bones };
}

/** Reads an XRF file. */
export function readXmlMaterial(bytes: Uint8Array, url: string): Cal3dMaterial {
  const { root } = openXml(bytes, url, 'MATERIAL');
  const maps = root.counted('MAP', 'NUMMAPS').map(map => ({ file: map.text(), type: map.has('TYPE') ? map.text('TYPE') : '' }));
  const diffuse = root.child('DIFFUSE').numbers(4);
  if (diffuse.some(v => v < 0 || v > 255)) root.fail('a colour has 4 numbers of 0 to 255', 'DIFFUSE', diffuse);
  return { url, diffuse, maps };
}

/**
 * Reads an XAF file. A key without a translation takes that of the previous key (TRANSLATIONISDYNAMIC="0"), or else the
 * skeleton's.
 */
export function readXmlAnimation(bytes: Uint8Array, url: string): Cal3dAnimation {
  const { root } = openXml(bytes, url, 'ANIMATION');
  const duration = readDuration(root);
  const tracks = root.counted('TRACK', 'NUMTRACKS').map((element): Cal3dTrack => {
    const bone = element.integer('BONEID');
    const still = element.has('TRANSLATIONISDYNAMIC') && element.integer('TRANSLATIONISDYNAMIC') === 0;
    const track = { bone, times: [] as number[], translations: [] as number[], rotations: [] as number[] };
    for (const key of keysOf(element)) {
      track.times.push(key.number('TIME'));
      if (key.has('TRANSLATION')) track.translations.push(...key.child('TRANSLATION').numbers(3));
      else if (still && track.translations.length > 0) track.translations.push(...track.translations.slice(-3));
      else track.translations.push(NaN, NaN, NaN);
      track.rotations.push(...key.child('ROTATION').numbers(4));
    }
    return track;
  });
  if (tracks.length === 0) root.fail('an animation has at least one <TRACK>');
  return { url, duration, tracks };
}

/** Reads an XPF file. */
export function readXmlMorphAnimation(bytes: Uint8Array, url: string): Cal3dMorphAnimation {
  const { root } = openXml(bytes, url, 'ANIMATION');
  const duration = readDuration(root);
  const tracks = root.counted('TRACK', 'NUMTRACKS').map(track => {
    const keys = keysOf(track);
    return {
      morph: track.text('MORPHNAME'),
      times: keys.map(key => key.number('TIME')),
      weights: keys.map(key => key.child('WEIGHT').number()),
    };
  });
  return { url, duration, tracks };
}

function readDuration(root: XmlElement): number {
  const duration = root.number('DURATION');
  if (!(duration > 0 && duration <= MAX_DURATION))
    root.fail(`the duration must be above 0 and at most ${MAX_DURATION} seconds`, 'DURATION', duration);
  return duration;
}

function keysOf(track: XmlElement): XmlElement[] {
  const keys = track.counted('KEYFRAME', 'NUMKEYFRAMES');
  if (keys.length === 0) track.fail('a track has at least one <KEYFRAME>');
  return keys;
}
