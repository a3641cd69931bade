import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isId } from '../../documents/addresses.ts';
import { kinds } from '../../documents/kinds.ts';
import { Problem } from '../../documents/problem.ts';
import { LOBBY } from '../../documents/responses/compose.ts';
import type { ServerContext } from '../context.ts';
import { openStream } from '../stream-recipient.ts';

/** `GET <updates>?after=<position>`: the streams of server-sent events. */

export interface StreamLimits {
  readonly perUser: number;
  readonly perAddress: number;
  readonly all: number;
}

export function updateRoutes(app: FastifyInstance, context: ServerContext, limits: StreamLimits): void {
  const byUser = new Count();
  const byAddress = new Count();
  const { documents, updates, addresses } = context;

  const open = async (request: FastifyRequest, reply: Parameters<typeof openStream>[0], queue: string): Promise<void> => {
    checkAccept(request);
    const after = positionIn(request);
    const user = await context.sessions.user(request);
    const url = queue === LOBBY ? addresses.nodes('room') : addresses.document(queue);
    await context.rights.check(user, 'GET', url, undefined);
    // Another process may have handled the write that this position comes from.
    if (after !== undefined && after > documents.position && after <= (await lastPosition(context)))
      await documents.reached(after);
    if (updates.open >= limits.all) throw new Problem(503, 'overloaded', 'too many open streams', { retryAfter: 5 });
    const leaveUser = byUser.enter(user?.id, limits.perUser);
    const leaveAddress = byAddress.enter(request.ip, limits.perAddress);
    if (!leaveUser || !leaveAddress) {
      leaveUser?.();
      leaveAddress?.();
      throw new Problem(429, 'too-many-streams', 'you have too many open streams', { retryAfter: 5 });
    }
    const recipient = openStream(reply, user?.id, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'foyer-seq': String(documents.position),
      etag: `W/"${documents.position}"`,
      'server-timing': `clock;desc="${(context.now() / 1000).toFixed(3)}"`,
      // nginx must not collect events before it sends them.
      'x-accel-buffering': 'no',
    });
    const end = updates.subscribe(queue, recipient, after, queue.startsWith('room/') ? context.intents.present(queue) : []);
    recipient.onEnd(() => {
      leaveUser();
      leaveAddress();
      end();
    });
  };

  app.get('/api/updates/lobby', streamRoute, (request, reply) => open(request, reply, LOBBY));
  app.get('/api/updates/:kind/:id', streamRoute, (request, reply) => {
    const { kind, id } = request.params as { readonly kind: string; readonly id: string };
    const found = kinds.some(k => k === kind) && isId(id) ? documents.find(`${kind}/${id}`) : undefined;
    if (!found) throw new Problem(404, 'not-found', 'there is no such queue', { value: request.url });
    if (found.deleted) throw new Problem(410, 'gone', 'the document of this queue was deleted', { value: request.url });
    return open(request, reply, found.id);
  });
}

/** HEAD has no body to stream. */
const streamRoute = { config: { rateLimit: false }, exposeHeadRoute: false } as const;

async function lastPosition({ log }: ServerContext): Promise<number> {
  try {
    return await log.last();
  } catch {
    return 0;
  }
}

function checkAccept(request: FastifyRequest): void {
  const accept = request.headers.accept ?? '*/*';
  if (!/text\/(event-stream|\*)|\*\/\*/.test(accept))
    throw new Problem(406, 'not-acceptable', 'this is a stream of text/event-stream', { at: 'Accept', value: accept });
}

/** Returns the position to begin after. `Last-Event-ID` wins over `after`, because a browser that reconnects sends both. */
function positionIn(request: FastifyRequest): number | undefined {
  const header = request.headers['last-event-id'];
  const { after } = request.query as { readonly after?: unknown };
  const text = header === undefined || header === '' ? after : header;
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && /^\d{1,15}$/.test(text)) return Number(text);
  throw new Problem(400, 'wrong-position', 'not a position of this server', {
    at: header ? 'Last-Event-ID' : '?after',
    value: text,
  });
}

/** Counts the open streams of each user or address. */
class Count {
  readonly #open = new Map<string, number>();

  /** @returns ends the count of this stream. Undefined if the limit is reached. */
  enter(who: string | undefined, limit: number): (() => void) | undefined {
    if (who === undefined) return () => {};
    const open = this.#open.get(who) ?? 0;
    if (open >= limit) return undefined;
    this.#open.set(who, open + 1);
    return () => {
      const left = (this.#open.get(who) ?? 1) - 1;
      if (left > 0) this.#open.set(who, left);
      else this.#open.delete(who);
    };
  }
}
