/** Whether the visitor points with a finger: then texts say *tap*, not *click*, and name no keys. */
export const isTouched = (): boolean => matchMedia('(pointer: coarse)').matches;
