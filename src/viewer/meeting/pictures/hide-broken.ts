/** Handles `error` events of pictures: hides one that the server cannot make. */
export function hideBroken({ target }: Event): void {
  (target as HTMLElement).hidden = true;
}
