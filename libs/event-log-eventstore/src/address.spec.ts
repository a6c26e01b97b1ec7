import { readEventStoreUrl } from './address.js';

const refusalOf = (text: string): string => {
  try {
    readEventStoreUrl(text);
    return 'taken';
  } catch (error) {
    expect(error).toMatchObject({ name: 'EventLogError', code: 'ADDRESS_INVALID' });
    return error instanceof Error ? error.message : '';
  }
};

describe('an address of EventStoreDB', () => {
  it('of an insecure server needs no user', () => {
    expect(readEventStoreUrl('esdb://127.0.0.1:2113?tls=false')).toMatchObject({
      url: 'esdb://127.0.0.1:2113?tls=false',
      shown: 'esdb://127.0.0.1:2113?tls=false',
    });
  });

  it('is shown without its password, which is decoded for the server', () => {
    const text = 'esdb://office:p%40ss%3Aword@node1:2113,node2:2113?tls=true&tlsCAFile=ca.crt';

    const address = readEventStoreUrl(text);

    expect(address.credentials).toEqual({ username: 'office', password: 'p@ss:word' });
    expect(address.shown).toBe(
      'esdb://office@node1:2113,node2:2113?tls=true&tlsCAFile=ca.crt&nodePreference=leader',
    );
    expect(address.url).toContain('p%40ss%3Aword');
  });

  it.each(['esdb://a:b@node1,node2', 'esdb+discover://a:b@ledger.example'])(
    'of a cluster wants the leader: %s',
    (text) => {
      expect(readEventStoreUrl(text).url).toContain('nodePreference=leader');
      expect(refusalOf(`${text}?nodePreference=follower`)).toContain('takes leader only');
    },
  );

  it.each<[string, string, RegExp]>([
    ['nothing', '', /not of the form esdb:\/\//],
    ['no host', 'esdb://', /not of the form/],
    ['the new scheme', 'kurrentdb://node:2113', /write esdb:\/\/ or esdb\+discover:\/\//],
    ['another scheme', 'http://node:2113', /is no event store/],
    ['a port that is none', 'esdb://node:seven?tls=false', /"node:seven" is no HOST/],
    ['a port beyond 65535', 'esdb://node:70000?tls=false', /is no HOST or HOST:PORT/],
    ['an IPv6 address', 'esdb://[::1]:2113?tls=false', /is no HOST/],
    ['several hosts to discover', 'esdb+discover://a,b?tls=false', /one host only/],
    ['an unknown setting', 'esdb://node?tls=false&foo=1', /"foo" is no setting.*there are tls/],
    ['a setting twice', 'esdb://node?tls=false&tls=false', /tls stands twice/],
    ['a flag that is none', 'esdb://node?tls=no', /tls takes true or false/],
    ['a number that is none', 'esdb://node?tls=false&gossipTimeout=x', /takes seconds/],
    ['no check of certificates', 'esdb://a:b@node?tlsVerifyCert=false', /tlsCAFile/],
    ['a silenced refusal', 'esdb://a:b@node?throwOnAppendFailure=false', /look like successes/],
    ['half a certificate', 'esdb://a:b@node?userCertFile=x', /come together/],
    ['credentials without TLS', 'esdb://a:geheim@node?tls=false', /would never be sent/],
    ['TLS without credentials', 'esdb://node:2113', /names no user/],
    ['a user without password', 'esdb://a@node', /must be USER:PASSWORD/],
    ['a colon in the password', 'esdb://a:geh:eim@node', /: is %3A/],
    ['a question mark in the password', 'esdb://office:geheim?1@node:2113', /\? and % in either/],
    ['one behind a number', 'esdb://office:12345?geheim@node', /must be USER:PASSWORD/],
    ['a file name that encodes nothing', 'esdb://a:b@node?tlsCAFile=%zz', /tlsCAFile takes/],
    ['a stray percent sign', 'esdb://a:geheim%@node', /%25/],
  ])('with %s is refused with what to write instead', (_, text, sentence) => {
    expect(refusalOf(text)).toMatch(sentence);
    expect(refusalOf(text)).not.toContain('geheim');
  });
});
