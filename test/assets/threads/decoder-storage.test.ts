import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/assets/threads/decoder.ts';
import type { WorkerLike } from '../../../src/assets/threads/worker-pool.ts';
import { settle } from '../../virtual-clock.ts';

/** What a decoder of a browser with that storage sends to its worker, when `use` does something with it. */
async function sent(
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
  use: (decoder: ReturnType<typeof createDecoder>) => void,
): Promise<object[]> {
  const messages: object[] = [];
  const worker = { postMessage: (message: object) => void messages.push(message), terminate() {} } as unknown as WorkerLike;
  const decoder = createDecoder({ workers: 1, createWorker: () => worker, storage });
  use(decoder);
  await import('../../../src/assets/textures/transcoder-files.ts');
  await settle();
  decoder.dispose();
  return messages;
}

const stored = (value: string | null) => ({ getItem: () => value, setItem: () => {} });

const throwing = {
  getItem: () => {
    throw new DOMException('denied', 'SecurityError');
  },
  setItem: () => {},
};

describe('a decoder that remembers former visits', () => {
  it('when prepared tells its worker of the transcoder, where there were KTX2 textures', async () => {
    const messages = await sent(stored('1'), decoder => decoder.prepare());
    expect(messages).toMatchObject([{ transcoder: { wasm: expect.stringContaining('basis_transcoder.wasm') } }]);
  });

  it.each([
    ['there were none', stored(null)],
    ['storage is denied', undefined],
    ['storage is denied when it is asked', throwing],
  ])('does not where %s', async (_, storage) => {
    expect(await sent(storage, decoder => decoder.prepare())).toEqual([]);
  });

  it('notes the first KTX2 texture, once, and takes a full storage well', async () => {
    const { noteTranscoder } = await import('../../../src/assets/textures/transcoder-files.ts?fresh' as string);
    const noted: string[] = [];
    const full = {
      setItem: (key: string) => {
        noted.push(key);
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(noteTranscoder(full, 'key')).toEqual(noteTranscoder(full, 'key'));
    expect(noted).toEqual(['key']);
  });
});
