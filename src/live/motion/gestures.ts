/** What somebody can show, by name. */

export type GestureName = 'wave' | 'dance' | 'clap' | 'laugh';

interface Gesture {
  readonly name: GestureName;
  /** Name of its clip. */
  readonly clip: string;
  /** Laid once over what one does, sitting or walking too; the others are done until something else is. */
  readonly once: boolean;
}

export const gestures: readonly Gesture[] = [
  { name: 'wave', clip: 'hello', once: true },
  { name: 'dance', clip: 'dance', once: false },
  { name: 'clap', clip: 'clap', once: true },
  { name: 'laugh', clip: 'laugh', once: true },
];

/** Whether a clip is laid over others. */
export function isGesture(clip: string): boolean {
  return gestures.some(gesture => gesture.once && gesture.clip === clip);
}
