/** The gestures, by name. */

export type GestureName = 'wave' | 'dance' | 'clap' | 'laugh';

interface Gesture {
  readonly name: GestureName;
  /** Name of its clip. */
  readonly clip: string;
  /** Plays once on top of the current clip, also while sitting or walking. Other gestures last until the next action. */
  readonly once: boolean;
}

export const gestures: readonly Gesture[] = [
  { name: 'wave', clip: 'hello', once: true },
  { name: 'dance', clip: 'dance', once: false },
  { name: 'clap', clip: 'clap', once: true },
  { name: 'laugh', clip: 'laugh', once: true },
];

/** Whether a clip plays on top of others. */
export function isGesture(clip: string): boolean {
  return gestures.some(gesture => gesture.once && gesture.clip === clip);
}
