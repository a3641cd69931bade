import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess } from './server-process.ts';

// `foyer serve --tls-cert --tls-key`: documents and update streams share one HTTP/2 connection.

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'foyer-drill-h2-'));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
let server: ServerProcess;

beforeAll(async () => {
  if (!hasOpenssl) return;
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  server = await ServerProcess.start({ data: join(folder, 'data'), arguments: ['--tls-cert', cert, '--tls-key', key] });
});

afterAll(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasOpenssl)('HTTP/2', () => {
  it('carries documents, a write and its event over one connection', async () => {
    expect(server.url).toMatch(/^https:/);
    const session = connect(server.url, { ca: readFileSync(cert) });
    const send = (method: string, url: string, headers: Record<string, string> = {}, body?: object) =>
      new Promise<{
        status: number;
        headers: Record<string, unknown>;
        json: {
          id: string;
          denormalized: Record<string, { relations: Record<string, string>; updates: string; nodes?: string[] }>;
        };
      }>((resolve, reject) => {
        const type = body ? { 'content-type': 'application/json' } : {};
        const stream = session.request({ ':method': method, ':path': url.replace(server.url, ''), ...type, ...headers });
        let got: Record<string, unknown> = {};
        let text = '';
        stream.setEncoding('utf8');
        stream.on('response', received => {
          got = received;
        });
        stream.on('data', data => {
          text += data;
        });
        stream.on('end', () =>
          resolve({ status: Number(got[':status']), headers: got, json: text.startsWith('{') ? JSON.parse(text) : {} }),
        );
        stream.on('error', reject);
        stream.end(body ? JSON.stringify(body) : undefined);
      });
    const documentOf = ({ json }: Awaited<ReturnType<typeof send>>) => json.denormalized[json.id];
    const api = documentOf(await send('GET', '/api'));
    const made = await send('POST', api.relations.session, {}, { data: { name: 'Mira' } });
    expect(String(made.headers['set-cookie'])).toContain('; Secure');
    const cookie = String(made.headers['set-cookie']).split(';', 1)[0];
    const [room] = documentOf(await send('GET', api.relations.rooms)).nodes ?? [];
    const document = documentOf(await send('GET', room, { 'accept-encoding': 'identity' }));
    const updates = session.request({ ':path': document.updates.replace(server.url, ''), accept: 'text/event-stream', cookie });
    updates.setEncoding('utf8');
    let told = '';
    const heard = new Promise<void>(resolve => {
      updates.on('data', data => {
        told += data;
        if (told.includes('event: message')) resolve();
      });
    });
    const status = await new Promise(resolve => updates.on('response', headers => resolve(headers[':status'])));
    expect(status).toBe(200);
    expect((await send('POST', document.relations.messages, { cookie }, { data: { text: 'over one connection' } })).status).toBe(
      201,
    );
    await heard;
    expect(told).toContain('over one connection');
    session.destroy();
  });
});
