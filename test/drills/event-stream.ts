import { type ClientRequest, type IncomingMessage, request } from 'node:http';

/** A reader of server-sent events over plain HTTP, as light as a thousand of them in one process need. */

export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

export interface StreamOptions {
  readonly cookie?: string;
  readonly lastEventId?: string;
  readonly onEvent: (event: StreamEvent) => void;
  readonly onOpen?: () => void;
  /** Called once, when the stream has ended, however. */
  readonly onEnd?: (status: number | undefined) => void;
}

export class EventStream {
  readonly #request: ClientRequest;
  #response: IncomingMessage | undefined;
  #ended = false;
  /** Bytes received, without HTTP's own. */
  bytes = 0;

  constructor(url: string, options: StreamOptions) {
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (options.cookie !== undefined) headers.cookie = options.cookie;
    if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId;
    this.#request = request(url, { headers, agent: false });
    let rest = '';
    const end = (status: number | undefined) => {
      if (this.#ended) return;
      this.#ended = true;
      options.onEnd?.(status);
    };
    this.#request.once('error', () => end(undefined));
    this.#request.once('response', response => {
      this.#response = response;
      if (response.statusCode !== 200) {
        response.resume();
        end(response.statusCode);
        return;
      }
      options.onOpen?.();
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        this.bytes += text.length;
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) emit(block, options.onEvent);
      });
      response.once('close', () => end(200));
    });
    this.#request.end();
  }

  /** Reads no more: the server has to keep what it sends. */
  pause(): void {
    this.#response?.pause();
    this.#response?.socket.pause();
  }

  resume(): void {
    this.#response?.socket.resume();
    this.#response?.resume();
  }

  close(): void {
    this.#request.destroy();
  }
}

function emit(block: string, onEvent: (event: StreamEvent) => void): void {
  let [event, id, data] = ['message', undefined as string | undefined, ''];
  let hasData = false;
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('id: ')) id = line.slice(4);
    else if (line.startsWith('data: ')) {
      data += line.slice(6);
      hasData = true;
    }
  }
  if (hasData) onEvent({ event, id, data });
}
