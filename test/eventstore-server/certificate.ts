import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Certificate = {
  key: string;
  certificate: string;
  /** Folder of the files; the caller removes it. */
  folder: string;
  /** The certificate is its own authority: what clients name as `tlsCAFile`. */
  caFile: string;
};

/** Makes a key and a certificate for localhost that live two days; undefined without openssl. */
export function makeCertificate(): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'eventstore-server-'));
  const [keyFile, caFile] = [join(folder, 'node.key'), join(folder, 'node.crt')];
  const request = 'req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1';
  const name = [
    '-subj',
    '/CN=eventstore-server',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
  ];
  try {
    const files = ['-keyout', keyFile, '-out', caFile];
    execFileSync('openssl', [...request.split(' '), ...name, ...files], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const certificate = readFileSync(caFile, 'utf8');
  return { key: readFileSync(keyFile, 'utf8'), certificate, folder, caFile };
}
