import { ConfigError, readConfig } from './config.js';

const problemsOf = (environment: { [name: string]: string }): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('configuration', () => {
  it('gives a frozen value with the documented defaults for an empty environment', () => {
    const config = readConfig({});

    expect(config).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDirectory: expect.stringMatching(/[\\/]data$/),
      log: { engine: 'sqlite', dataDir: expect.stringMatching(/[\\/]data$/) },
      seed: 'guangming-2021',
      origin: 'reform-ledger.local',
      actor: { id: 'local', unit: 'district-reform-office', role: 'reformOffice' },
    });
    expect(Object.isFrozen(config) && Object.isFrozen(config.actor)).toBe(true);
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('binds to loopback %s', (host) => {
    expect(readConfig({ HOST: host }).host).toBe(host);
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', 'ledger.example', '127.0.0.256', '127.0.0.1.evil.cn'])(
    'refuses HOST %s, because there is no access control yet',
    (host) => {
      const problems = problemsOf({ HOST: host });

      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(`HOST=${host}: there is no access control yet`);
    },
  );

  it('listens elsewhere only where the network is said to be trusted', () => {
    expect(readConfig({ HOST: '0.0.0.0', LEDGER_TRUST_NETWORK: 'yes' }).host).toBe('0.0.0.0');
    expect(problemsOf({ HOST: '0.0.0.0', LEDGER_TRUST_NETWORK: 'no' })).toHaveLength(1);
    expect(problemsOf({ LEDGER_TRUST_NETWORK: 'true' })[0]).toContain('LEDGER_TRUST_NETWORK=true');
  });

  it('takes an EventStoreDB for the log, with its data directory for what is derived', () => {
    const config = readConfig({ LEDGER_LOG: 'esdb://127.0.0.1:2113?tls=false', LEDGER_DATA: '/d' });

    expect(config.log).toEqual({
      engine: 'eventstore',
      url: 'esdb://127.0.0.1:2113?tls=false',
      dataDir: '/d',
    });
  });

  it('says what is wrong with an address without repeating its password', () => {
    const [problem] = problemsOf({ LEDGER_LOG: 'esdb://office:geheim@db:2113?tls=false' });

    expect(problem).toContain('LEDGER_LOG: With tls=false user and password would never be sent');
    expect(problem).not.toContain('geheim');
  });

  it('lists every problem at once', () => {
    const problems = problemsOf({
      PORT: '70000',
      HOST: '0.0.0.0',
      LEDGER_LOG: 'mysql',
      LEDGER_SEED: 'demo',
      LEDGER_ORIGIN: 'https://ledger',
      LEDGER_ACTOR_ID: '-x',
    });

    expect(problems.map((problem) => problem.split(/[=:]/)[0])).toEqual([
      'PORT',
      'HOST',
      'LEDGER_LOG',
      'LEDGER_SEED',
      'LEDGER_ORIGIN',
      'LEDGER_ACTOR_ID',
    ]);
  });

  it.each(['-1', '3000x', '1e3', '65536'])('refuses PORT %s', (port) => {
    expect(problemsOf({ PORT: port })).toHaveLength(1);
  });
});
