import { randomBytes } from 'node:crypto';
import type { Random } from '../../core/random.ts';
import type { Aggregate } from '../documents/aggregate.ts';
import type { Documents } from '../documents/documents.ts';
import { Problem } from '../documents/problem.ts';
import type { Append } from '../documents/writes/append.ts';
import type { Operation } from '../log/change.ts';
import { avatarOf, type Role, type User } from './user.ts';

/** Creates the avatars of users: a copy of a published avatar under the user's name. */
export class Guests {
  /** What the session of a guest allows. */
  readonly role: Role;
  readonly #documents: Documents;
  readonly #append: Append;
  readonly #random: Random;

  /** @param role - of every guest. */
  constructor(documents: Documents, append: Append, random: Random, role: Role = 'guest') {
    this.role = role;
    this.#documents = documents;
    this.#append = append;
    this.#random = random;
  }

  newId(): string {
    return `guest-${randomBytes(12).toString('hex')}`;
  }

  /** Creates the user's avatar if there is none, and updates its name. @returns the aggregate. */
  async avatar(user: Pick<User, 'id'>, name: string | undefined): Promise<string> {
    const id = avatarOf(user);
    const existing = this.#documents.existing(id);
    if (existing && (name === undefined || existing.data.name === name)) return id;
    await this.#append.change(id, user.id, aggregate => {
      if (aggregate?.exists) {
        const data = { ...aggregate.data, name: name ?? aggregate.data.name };
        return { operations: [{ node: { data, relations: aggregate.relations } }], path: '' };
      }
      return { operations: this.#copy(user, name ?? 'Guest', aggregate), path: '' };
    });
    return id;
  }

  #copy(user: Pick<User, 'id'>, name: string, deleted: Aggregate | undefined): readonly Operation[] {
    const models = [...this.#documents.nodes('avatar')].filter(id => this.#documents.find(id)?.owner === undefined);
    const model = this.#documents.existing(models[Math.floor(this.#random() * models.length)] ?? '');
    if (!model) throw new Problem(503, 'no-avatars', 'no avatar is published that a guest could copy', { retryAfter: 30 });
    const { height } = model.data;
    const outfit = [...(model.groups.get('outfit')?.members.values() ?? [])];
    return [
      {
        node: { data: { name, visitor: true, ...(height === undefined ? {} : { height }) }, relations: model.relations },
        owner: user.id,
      },
      ...outfit.map(({ data, ref }, i) => ({ put: `outfit/${(i + (deleted?.next ?? 0)).toString(36)}`, data, ref })),
    ];
  }
}
