import { request } from 'node:http';

/** A client of a live server that knows only GET /api. */

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly json: {
    readonly id?: string;
    readonly error?: string;
    readonly message?: string;
    readonly denormalized?: Readonly<Record<string, Doc>>;
  };
}

export interface Doc {
  readonly data: Readonly<Record<string, unknown>>;
  readonly relations: Readonly<Record<string, string>>;
  readonly updates: string;
  readonly nodes?: readonly string[];
  readonly edges?: readonly string[];
}

export async function call(
  method: string,
  url: string,
  { cookie, body, headers = {} }: { cookie?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        headers: {
          ...(cookie === undefined ? {} : { cookie }),
          ...(payload ? { 'content-type': 'application/json', 'content-length': payload.byteLength } : {}),
          ...headers,
        },
      },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            json: text.startsWith('{') ? JSON.parse(text) : {},
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(payload);
  });
}

export const documentOf = ({ json }: Reply): Doc => json.denormalized?.[json.id ?? ''] as Doc;

export class Visitor {
  readonly cookie: string;
  readonly me: string;
  readonly api: Readonly<Record<string, string>>;

  private constructor(cookie: string, api: Readonly<Record<string, string>>) {
    this.cookie = cookie;
    this.api = api;
    this.me = api.me;
  }

  static async arrive(server: string, name: string): Promise<Visitor> {
    const { session } = documentOf(await call('GET', `${server}/api`)).relations;
    const { headers, status } = await call('POST', session, { body: { data: { name } } });
    if (status !== 201) throw new Error(`no session: HTTP ${status}`);
    const cookie = String(headers['set-cookie']).split(';')[0];
    return new Visitor(cookie, documentOf(await call('GET', `${server}/api`, { cookie })).relations);
  }

  get(url: string, headers?: Record<string, string>): Promise<Reply> {
    return call('GET', url, { cookie: this.cookie, ...(headers ? { headers } : {}) });
  }

  post(url: string, body: unknown, headers?: Record<string, string>): Promise<Reply> {
    return call('POST', url, { cookie: this.cookie, body, ...(headers ? { headers } : {}) });
  }

  delete(url: string): Promise<Reply> {
    return call('DELETE', url, { cookie: this.cookie });
  }

  /** The first room: its document, and the position that it reflects. */
  async room(): Promise<{ readonly url: string; readonly document: Doc; readonly position: string; readonly etag: string }> {
    const [url] = documentOf(await this.get(this.api.rooms)).nodes ?? [];
    const reply = await this.get(url);
    return { url, document: documentOf(reply), position: String(reply.headers['foyer-seq']), etag: String(reply.headers.etag) };
  }

  /** Edges of the own outfit. */
  async outfit(): Promise<readonly string[]> {
    return documentOf(await this.get(documentOf(await this.get(this.me)).relations.outfit)).edges ?? [];
  }
}

/** All members of a group, over all its pages. */
export async function allEdges(group: string): Promise<readonly string[]> {
  const edges: string[] = [];
  for (let page: string | undefined = group; page !== undefined; ) {
    const document: Doc & { readonly next?: string } = documentOf(await call('GET', page));
    edges.push(...(document.edges ?? []));
    page = document.next;
  }
  return edges;
}
