import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

let made: Certificate | undefined;

/** A certificate for 127.0.0.1, one for each process. */
export function loopbackCertificate(): Certificate {
  made ??= certificate();
  return made;
}

/**
 * The flag by which Chromium takes the certificate as valid. Errors that are merely ignored (`Security.setIgnoreCertificateErrors`) keep
 * Chromium from caching any answer: it then requests twice what a page preloads, and all code again on a warm visit.
 */
export function trustFlag(): string {
  const key = new X509Certificate(loopbackCertificate().cert).publicKey.export({ type: 'spki', format: 'der' });
  return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
}

/** A certificate for 127.0.0.1, made now: a key in a repository would be a secret in a repository. */
function certificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-cert-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        '2',
        '-subj',
        '/CN=127.0.0.1',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
