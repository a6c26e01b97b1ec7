import { rmSync } from 'node:fs';
import { makeCertificate } from '../eventstore-server/certificate.js';
import { EngineStage, everything, reported, stream } from './stage.js';

const certificate = makeCertificate();
const withTls = certificate === undefined ? describe.skip : describe;
if (certificate === undefined) console.log('No openssl: the tests over TLS are skipped.');

withTls('An EventStoreDB with TLS and users', () => {
  let stage: EngineStage;
  const credentials = { user: 'office', password: 'p@ss:word' };
  beforeEach(async () => {
    if (certificate === undefined) throw new Error('There is a certificate.');
    stage = await EngineStage.set({ tls: certificate, credentials });
  });
  afterEach(() => stage.clear());
  afterAll(() => {
    if (certificate !== undefined) rmSync(certificate.folder, { recursive: true, force: true });
  });

  const address = (login: string, more = `&tlsCAFile=${certificate?.caFile ?? ''}`): string =>
    `esdb://${login}@localhost:${stage.server.port}?tls=true${more}`;

  it('takes events over the named authority and user', async () => {
    const log = await stage.open({ url: address('office:p%40ss%3Aword') });

    await log.append(stream, 'none', [reported()]);

    expect(await everything(log)).toHaveLength(1);
    const sent = stage.server.calls.seen.flatMap(({ authorization }) => authorization ?? []);
    expect(sent.length).toBeGreaterThan(0);
  });

  it('refuses a wrong password in one sentence that holds no password', async () => {
    const opening = stage.open({ url: address('office:geheim') });

    await expect(opening).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(
        /^EventStoreDB at esdb:\/\/office@localhost.* refuses this user/,
      ),
    });
    await expect(opening).rejects.not.toMatchObject({
      message: expect.stringContaining('geheim'),
    });
  });

  it('is not trusted without its authority', async () => {
    await expect(stage.open({ url: address('office:x', '') })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('does not answer'),
    });
  });

  it('refuses the name of an authority that is not there', async () => {
    const url = address('office:x', '&tlsCAFile=/nowhere/ca.crt');

    await expect(stage.open({ url })).rejects.toMatchObject({
      code: 'ADDRESS_INVALID',
      message: 'There is no file /nowhere/ca.crt, which tlsCAFile names.',
    });
  });
});
