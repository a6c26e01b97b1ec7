import type {
  Operation,
  OperationRequest,
  Submission,
  WorkEnd,
  WorkProgress,
} from './operation.js';
import { MOST_QUEUED, MOST_REMEMBERED, Operations, TELL_EVERY_MS } from './operations.js';

/** Work whose steps the test decides; it ends when told to, also after it was cancelled. */
type Job = {
  id: string;
  request: object;
  cancelled: boolean;
  report: (done: number, total?: number) => void;
  end: (end: WorkEnd) => Promise<void>;
};

const actor = { id: 'local', unit: 'district-reform-office', role: 'reformOffice' };
const done: WorkEnd = { state: 'succeeded', result: { position: '283' } };
const stopped: WorkEnd = { state: 'cancelled' };

describe('the operations of a process', () => {
  let now: number;
  let jobs: Job[];
  let told: Operation[];
  let operations: Operations;
  let commands: number;

  beforeEach(() => {
    now = Date.parse('2021-08-26T03:02:00Z');
    jobs = [];
    told = [];
    commands = 0;
    operations = new Operations({
      clock: () => now,
      start: ({ id, request }, onProgress: (progress: WorkProgress) => void) => {
        let settle: (end: WorkEnd) => void = () => {};
        const ended = new Promise<WorkEnd>((resolve) => (settle = resolve));
        const job: Job = {
          id,
          request,
          cancelled: false,
          report: (count, total = 1_000) =>
            onProgress({ phase: 'fold', done: count, total, unit: 'events' }),
          end: async (end) => {
            settle(end);
            await new Promise((resolve) => setImmediate(resolve));
          },
        };
        jobs.push(job);
        return { ended, cancel: () => (job.cancelled = true) };
      },
      onChange: (operation) => told.push(operation),
    });
  });

  const asking = (more: Partial<OperationRequest> = {}): OperationRequest => ({
    kind: 'replay',
    request: {},
    startedBy: actor,
    commandId: `command-${(commands += 1)}`,
    commandHash: 'hash',
    ...more,
  });
  const accepted = (submission: Submission): Operation => {
    if (submission.kind !== 'accepted') throw new Error(`Not taken: ${submission.kind}`);
    return submission.operation;
  };
  const submit = (more: Partial<OperationRequest> = {}): Operation =>
    accepted(operations.submit(asking(more)));
  const job = (index: number): Job => {
    const found = jobs[index];
    if (found === undefined) throw new Error(`Job ${index} was not begun.`);
    return found;
  };
  const stateOf = ({ id }: Operation): string | undefined => operations.get(id)?.state;

  describe('that are submitted', () => {
    it('run one after another, in the order in which they came', async () => {
      const [first, second, third] = [submit(), submit(), submit()];

      expect([first, second, third].map(stateOf)).toEqual(['running', 'queued', 'queued']);
      expect(jobs.map(({ id }) => id)).toEqual([first.id]);

      await job(0).end(done);
      expect([first, second, third].map(stateOf)).toEqual(['succeeded', 'running', 'queued']);

      await job(1).end({ state: 'failed', error: { code: 'LOG_DAMAGED', message: 'It is.' } });
      await job(2).end(done);
      expect([first, second, third].map(stateOf)).toEqual(['succeeded', 'failed', 'succeeded']);
    });

    it('say who asked for what and when, and what became of it', async () => {
      const { id } = submit({ request: { untilPosition: '283' } });
      now += 1_500;
      await job(0).end(done);

      expect(operations.get(id)).toEqual({
        id,
        kind: 'replay',
        state: 'succeeded',
        progress: {
          phase: 'starting',
          done: 0,
          total: 0,
          unit: 'events',
          ratePerSecond: null,
          etaSeconds: 0,
        },
        request: { untilPosition: '283' },
        startedBy: actor,
        createdAt: '2021-08-26T03:02:00.000Z',
        startedAt: '2021-08-26T03:02:00.000Z',
        endedAt: '2021-08-26T03:02:01.500Z',
        result: { position: '283' },
      });
    });

    it('are listed newest first', () => {
      const ids = [submit(), submit(), submit()].map(({ id }) => id);

      expect(operations.list().map(({ id }) => id)).toEqual(ids.reverse());
    });

    it('are refused when too many wait, with the time that the present one still takes', () => {
      submit();
      for (let index = 0; index < MOST_QUEUED; index += 1) submit();
      expect(operations.submit(asking())).toEqual({
        kind: 'full',
        waiting: MOST_QUEUED,
        retryAfterSeconds: 10,
      });

      job(0).report(0);
      now += 1_000;
      job(0).report(50);
      expect(operations.submit(asking())).toMatchObject({ retryAfterSeconds: 19 });

      now += 1_000_000;
      job(0).report(51);
      expect(operations.submit(asking())).toMatchObject({ retryAfterSeconds: 60 });
    });

    it('are forgotten when a hundred younger ones came, unless they still run', async () => {
      const ids: string[] = [];
      for (let index = 0; index < MOST_REMEMBERED; index += 1) {
        ids.push(submit().id);
        await job(index).end(done);
      }
      const running = submit();
      const [gone = '', kept = ''] = ids;

      expect(operations.get(gone)).toBeUndefined();
      expect(operations.get(kept)).toBeDefined();
      expect(stateOf(running)).toBe('running');
      expect(operations.list()).toHaveLength(MOST_REMEMBERED);
    });
  });

  describe('that are asked for again', () => {
    it('are the same operation, also when nothing more would be taken', async () => {
      const asked = asking();
      const first = accepted(operations.submit(asked));
      for (let index = 0; index < MOST_QUEUED; index += 1) submit();

      expect(operations.submit(asked)).toMatchObject({
        kind: 'accepted',
        replayed: true,
        operation: { id: first.id, state: 'running' },
      });
      await job(0).end(done);
      expect(operations.submit(asked)).toMatchObject({ operation: { state: 'succeeded' } });
      expect(jobs.filter(({ id }) => id === first.id)).toHaveLength(1);
    });

    it('with another body are refused', () => {
      submit({ commandId: 'same', commandHash: 'one' });

      const again = operations.submit(asking({ commandId: 'same', commandHash: 'another' }));

      expect(again).toEqual({ kind: 'keyReused' });
    });
  });

  describe('that are cancelled', () => {
    it('are never begun when they wait', async () => {
      const [, second, third] = [submit(), submit(), submit()];

      expect(operations.cancel(second.id)).toMatchObject({ state: 'cancelled' });
      await job(0).end(done);

      expect(jobs.map(({ id }) => id)).not.toContain(second.id);
      expect(stateOf(third)).toBe('running');
      expect(operations.get(second.id)?.startedAt).toBeUndefined();
    });

    it('run until the work has stopped, and say so', async () => {
      const first = submit();
      const second = submit();

      const cancelling = operations.cancel(first.id);
      expect(cancelling).toMatchObject({ state: 'running', cancelRequested: true });
      expect(job(0).cancelled).toBe(true);
      expect(stateOf(second)).toBe('queued');

      await job(0).end(stopped);
      expect(operations.get(first.id)).toMatchObject({ state: 'cancelled' });
      expect(operations.get(first.id)).not.toHaveProperty('cancelRequested');
      expect(stateOf(second)).toBe('running');
    });

    it('keep how far they came', async () => {
      const { id } = submit();
      job(0).report(400);
      operations.cancel(id);
      await job(0).end(stopped);

      expect(operations.get(id)?.progress).toMatchObject({
        done: 400,
        total: 1_000,
        etaSeconds: null,
      });
    });

    it('succeed all the same when their work was past stopping', async () => {
      const { id } = submit();
      operations.cancel(id);
      await job(0).end(done);

      expect(operations.get(id)).toMatchObject({ state: 'succeeded', result: done.result });
    });

    it.each<[string, WorkEnd]>([
      ['succeeded', done],
      ['failed', { state: 'failed', error: { code: 'UNAVAILABLE', message: 'No log.' } }],
      ['cancelled', stopped],
    ])('stay as they were when they had %s', async (_, end) => {
      const { id } = submit();
      await job(0).end(end);
      const before = operations.get(id);

      expect(operations.cancel(id)).toEqual(before);
      expect(operations.get(id)).toEqual(before);
    });

    it('are unknown where there is none', () => {
      expect(operations.cancel('none')).toBeUndefined();
      expect(operations.get('none')).toBeUndefined();
    });
  });

  describe('tell how far they are', () => {
    it('at most four times a second, and every change of state at once', async () => {
      submit();
      for (let ms = 0; ms <= 1_000; ms += 10) {
        job(0).report(ms);
        now += 10;
      }
      await job(0).end(done);

      const running = told.filter(({ state }) => state === 'running');
      expect(running).toHaveLength(1 + Math.floor(1_000 / TELL_EVERY_MS));
      expect(told.at(-1)).toMatchObject({
        state: 'succeeded',
        progress: { done: 1_000, total: 1_000 },
      });
    });

    it('with rate and time left', () => {
      const { id } = submit();
      job(0).report(0);
      now += 2_000;
      job(0).report(500);

      expect(operations.get(id)?.progress).toMatchObject({ ratePerSecond: 250, etaSeconds: 2 });
    });

    it('and nothing more once they have ended', async () => {
      const { id } = submit();
      await job(0).end(done);
      const before = operations.get(id);
      now += 10_000;
      job(0).report(1);

      expect(operations.get(id)).toEqual(before);
    });
  });

  it('fail when their work cannot begin, and the next one runs', async () => {
    let begun = 0;
    const failing = new Operations({
      clock: () => now,
      start: () => {
        begun += 1;
        throw new Error('No thread can be made.');
      },
    });
    const first = accepted(failing.submit(asking()));
    const second = accepted(failing.submit(asking()));
    await new Promise((resolve) => setImmediate(resolve));

    const error = { code: 'OPERATION_FAILED', message: 'No thread can be made.' };
    expect(failing.get(first.id)).toMatchObject({ state: 'failed', error });
    expect(failing.get(second.id)).toMatchObject({ state: 'failed', error });
    expect(begun).toBe(2);
  });

  it('are cancelled when the process ends, which waits for the one that runs', async () => {
    const [first, second] = [submit(), submit()];
    let closed = false;
    const closing = operations.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));

    expect(stateOf(second)).toBe('cancelled');
    expect(job(0).cancelled).toBe(true);
    expect(closed).toBe(false);

    await job(0).end(stopped);
    await closing;
    expect(stateOf(first)).toBe('cancelled');
    expect(operations.submit(asking())).toMatchObject({ kind: 'full' });
    await operations.close();
  });
});
