import { copyText } from '../../../core/clipboard.ts';
import type { HudContext } from '../hud-context.ts';
import { type Shown, viewFragment } from './view-link.ts';

/** Returns the URL of this page with a view or person. */
export function linkTo(shown: Shown): string {
  return location.href.replace(/#.*$/, '') + viewFragment(shown);
}

/** Copies a link and reports success. If copying fails, shows the link. */
export async function copyLink(context: HudContext, shown: Shown): Promise<void> {
  const link = linkTo(shown);
  const copied = await copyText(link);
  context.tell(copied ? context.text('share.copied') : context.text('share.not-copied', { link }));
}
