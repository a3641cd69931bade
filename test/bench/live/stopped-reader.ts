import { EventStream } from '../../drills/event-stream.ts';

/** A reader in a process of its own, which the bench stops and lets go on: it reconnects with its last position, as browsers do. */
const [, , url] = process.argv;
const ids: string[] = [];
let last: string | undefined;

function open(): void {
  new EventStream(url, {
    ...(last === undefined ? {} : { lastEventId: last }),
    onOpen: () => process.send?.('open'),
    onEvent: ({ event, id }) => {
      if (id !== undefined) last = id;
      if (event === 'message' && id !== undefined) ids.push(id);
    },
    onEnd: () => setTimeout(open, 200),
  });
}

open();
process.on('message', () => setTimeout(() => process.send?.(ids), 3000));
