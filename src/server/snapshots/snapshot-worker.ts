import { PagePool, type RenderRequest } from './page-pool.ts';

/** The process that draws snapshots. A crash of it or of Chromium costs one picture, not the server. */

const pool = new PagePool({ pages: Number(process.env.FOYER_SNAPSHOT_PAGES ?? 1) });

export interface WorkerReply {
  readonly id: number;
  readonly bytes?: Uint8Array;
  readonly error?: string;
}

process.on('message', async ({ id, request }: { readonly id: number; readonly request: RenderRequest }) => {
  let reply: WorkerReply;
  try {
    reply = { id, bytes: await pool.render(request) };
  } catch (error) {
    reply = { id, error: (error as Error).message.split('\n')[0] };
  }
  process.send?.(reply);
});

// The server has ended.
process.on('disconnect', () => void pool.close().finally(() => process.exit(0)));
