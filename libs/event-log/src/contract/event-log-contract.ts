import { appendingContract } from './appending.js';
import { followingContract } from './following.js';
import { readingContract } from './reading.js';
import { recordedTimeContract } from './recorded-time.js';
import { refusingContract } from './refusing.js';
import { type ContractEngine, Stage } from './stage.js';
import { survivingContract } from './surviving.js';

/**
 * The promises of `EventLog` as a jest suite that every engine runs. Call it in a spec file: it
 * uses jest's globals when it is called, and nothing of jest when it is loaded.
 */
export function eventLogContract(name: string, engine: ContractEngine): void {
  describe(`${name} keeps the promises of the event log`, () => {
    const stage = new Stage(engine);
    beforeEach(() => stage.set());
    afterEach(() => stage.clear());

    describe('append', () => appendingContract(stage));
    describe('read', () => readingContract(stage));
    describe('follow', () => followingContract(stage));
    describe('recordedAt', () => recordedTimeContract(stage));
    describe('refuse', () => refusingContract(stage));
    describe('restart', () => survivingContract(stage));
  });
}
