import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { LiveRoom, Person } from '../../../live/live-room.ts';
import type { LiveAvatar } from '../../../room/avatars/live-avatar.ts';
import type { MeetingString } from '../../strings/meeting/english.ts';
import type { HudContext, Panel } from '../hud-context.ts';
import { type IconName, icon } from '../icons.ts';
import { copyLink } from '../sharing/copy-link.ts';

/** Somebody in the room, live or not. */
interface Listed {
  readonly url: string;
  readonly name: string;
  readonly avatar: LiveAvatar;
  /** Undefined in a room that is not live. */
  readonly person: Person | undefined;
}

/** Created once: `localeCompare` would create one for each of the 700 comparisons of 100 names. */
const byName = new Intl.Collator().compare;

type Chip = (sign: IconName, label: MeetingString, action: () => unknown) => TemplateResult;

/** Lists everybody in the room, with actions for each. */
export class PeoplePanel implements Panel {
  readonly #context: HudContext;
  #unfolded: string | undefined;
  /** Avatars that the visitor muted for everybody. The documents do not contain it. */
  readonly #mutedForAll = new Set<string>();

  constructor(context: HudContext) {
    this.#context = context;
  }

  title(): string {
    const { length } = this.#people;
    return length === 0 ? this.#context.text('people.title') : this.#context.plural('people.count', length);
  }

  template(): TemplateResult {
    const people = this.#people;
    if (people.length === 0) return html`<p class="faint">${this.#context.text('people.nobody')}</p>`;
    return html`<ul class="people" part="people">${repeat(
      people,
      ({ url }) => url,
      person => this.#row(person),
    )}</ul>`;
  }

  /** The visitor first, then by name. */
  get #people(): readonly Listed[] {
    const { live, host } = this.#context;
    const listed: Listed[] = live
      ? [...live.people.values()].map(person => ({ url: person.url, name: person.name, avatar: person.avatar, person }))
      : (host.session?.avatars ?? []).map(avatar => ({
          url: avatar.info.url,
          name: avatar.info.name,
          avatar,
          person: undefined,
        }));
    const first = ({ person }: Listed) => (person?.isMe ? 0 : 1);
    return listed.sort((a, b) => first(a) - first(b) || byName(a.name, b.name));
  }

  #row({ url, name, avatar, person }: Listed): TemplateResult {
    const { text, host } = this.#context;
    const unfolded = this.#unfolded === url;
    return html`
      <li class=${person?.hidden ? 'person hidden' : 'person'}>
        <div class="row">
          <p><strong><bdi>${person?.isMe ? text('people.me', { name }) : name}</bdi></strong>
            ${person ? html`<span class="faint">${text(`activity.${person.activity}`)}</span>` : nothing}</p>
          ${this.#button('look', 'people.look', name, () => host.lookAt(avatar))}
          ${
            person?.isMe
              ? nothing
              : html`<button class="icon-button" type="button" aria-expanded=${unfolded} aria-label=${text('people.more', { name })}
                  @click=${() => this.#unfold(unfolded ? undefined : url)}>${icon('more')}</button>`
          }
        </div>
        ${unfolded ? this.#actions({ url, name, avatar, person }) : nothing}
      </li>
    `;
  }

  #actions({ name, person }: Listed): TemplateResult {
    const { live } = this.#context;
    const chip: Chip = (sign, label, action) => html`
      <button class="chip" type="button" @click=${action}>${icon(sign)}<span>${this.#context.text(label, { name })}</span></button>`;
    const set = (change: () => void) => () => {
      change();
      this.#context.changed();
    };
    return html`<div class="actions">
      ${live?.me && person ? chip('go', 'people.go', () => goTo(live, person)) : nothing}
      ${chip('link', 'people.link', () => copyLink(this.#context, name))}
      ${
        live && person
          ? html`
            ${
              person.muted
                ? chip(
                    'unmute',
                    'people.unmute',
                    set(() => live.mute(person.url, false)),
                  )
                : chip(
                    'mute',
                    'people.mute',
                    set(() => live.mute(person.url)),
                  )
            }
            ${
              person.hidden
                ? chip(
                    'look',
                    'people.unhide',
                    set(() => live.hide(person.url, false)),
                  )
                : chip(
                    'hide',
                    'people.hide',
                    set(() => live.hide(person.url)),
                  )
            }
            ${live.rights.moderate ? this.#moderation(live, person, chip) : nothing}`
          : nothing
      }
    </div>`;
  }

  #moderation(live: LiveRoom, person: Person, chip: Chip): TemplateResult {
    const { attempt, changed } = this.#context;
    const muted = this.#mutedForAll.has(person.node);
    const mute = () =>
      attempt(async () => {
        await live.muteForAll(person.url, !muted);
        if (muted) this.#mutedForAll.delete(person.node);
        else this.#mutedForAll.add(person.node);
        changed();
      });
    return html`
      ${muted ? chip('unmute', 'people.unmute-all', mute) : chip('mute', 'people.mute-all', mute)}
      ${chip('remove', 'people.remove', () => attempt(() => live.removePerson(person.url)))}`;
  }

  #button(sign: IconName, label: MeetingString, name: string, action: () => unknown): TemplateResult {
    return html`<button class="icon-button" type="button" aria-label=${this.#context.text(label, { name })} @click=${action}>${icon(sign)}</button>`;
  }

  #unfold(url: string | undefined): void {
    this.#unfolded = url;
    this.#context.changed();
  }
}

/** Distance at which a walk to somebody ends, metres. */
const BEFORE = 0.9;

/** Walks to somebody and stops in front of them, on the nearer side. */
function goTo(live: LiveRoom, { avatar }: Person): void {
  const from = live.me?.avatar.group.matrix.elements;
  const { elements } = avatar.group.matrix;
  if (!from) return;
  const x = from[12] - elements[12];
  const z = from[14] - elements[14];
  const share = Math.min(1, BEFORE / Math.max(1e-6, Math.hypot(x, z)));
  live.walkTo([elements[12] + x * share, elements[13], elements[14] + z * share]);
}
