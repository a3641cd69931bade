import { copyText } from '../../../core/clipboard.ts';
import type { HudContext } from '../hud-context.ts';
import { type Shown, viewFragment } from './view-link.ts';

/** The URL of this page, showing a view or somebody. */
export function linkTo(shown: Shown): string {
  return location.href.replace(/#.*$/, '') + viewFragment(shown);
}

/** Copies a link, and says whether that worked; where it did not, it says the link. */
export async function copyLink(context: HudContext, shown: Shown): Promise<void> {
  const link = linkTo(shown);
  const copied = await copyText(link);
  context.tell(copied ? context.text('share.copied') : context.text('share.not-copied', { link }));
}
