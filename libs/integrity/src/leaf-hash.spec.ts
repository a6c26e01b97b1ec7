import { createHash } from 'node:crypto';
import { leafHash } from './leaf-hash.js';

describe('the leaf hash of an entry', () => {
  it.each([
    ['the empty entry', '', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    ['L123456', 'L123456', '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56'],
    // A tree of one leaf has that leaf's hash as its root.
    ['ledger-0', 'ledger-0', 'e88c47f9cddc8503c2cb848790673f8a53dea1ce08d530457136cbb2fd773eec'],
  ])('is the published answer for %s', (_, entry, expected) => {
    expect(leafHash(entry)).toBe(expected);
  });

  it('is taken over the UTF-8 bytes behind one zero byte', () => {
    const entry = '{"printed":"68.1万平方米"}';
    const bytes = Buffer.concat([Buffer.from([0]), Buffer.from(entry, 'utf8')]);

    expect(leafHash(entry)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
