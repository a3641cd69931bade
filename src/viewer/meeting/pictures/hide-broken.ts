/** For `error` events of pictures: one that the server cannot make leaves its place empty. */
export function hideBroken({ target }: Event): void {
  (target as HTMLElement).hidden = true;
}
