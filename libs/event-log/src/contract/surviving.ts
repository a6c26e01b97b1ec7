import {
  everything,
  firstFollowed,
  manyReported,
  otherStream,
  reported,
  type Stage,
  stream,
} from './stage.js';

/** What holds across a restart; the memory engine plays one by going on from a closed log. */
export function survivingContract(stage: Stage): void {
  it('has after a restart every byte that it acknowledged', async () => {
    await stage.log.append(stream, 'none', manyReported(3));
    await stage.log.append(otherStream, 'none', manyReported(1_000));
    await stage.log.append(stream, 2, [reported('最后一项')]);
    const [before, head] = [await everything(stage.log), await stage.log.head()];

    await stage.restart();

    expect(await everything(stage.log)).toEqual(before);
    expect(await stage.log.head()).toEqual(head);
  });

  it('goes on after a restart where it stood', async () => {
    await stage.log.append(stream, 'none', manyReported(2));

    const reopened = await stage.restart();
    await expect(reopened.append(stream, 'none', [reported()])).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { actualRevision: 1 },
    });
    const appended = await reopened.append(stream, 1, [reported()]);

    expect(appended).toMatchObject({ revision: 2, events: [{ sequence: 2 }] });
  });

  it('never goes back in time after a restart with a clock that stands behind', async () => {
    await stage.log.append(stream, 'none', [reported()]);
    stage.now -= 86_400_000;

    const reopened = await stage.restart();
    const { events } = await reopened.append(stream, 0, [reported()]);

    expect(events[0]?.metadata.recordedAt).toBe('2026-11-24T08:00:00.000Z');
    await reopened.append(stream, 1, [reported('', '2026-11-24T07:00:00.000Z')]);
    const again = await stage.restart();
    expect((await again.head()).recordedAt).toBe('2026-11-24T08:00:00.000Z');
  });

  it('lets a follower resume after a restart without loss or double', async () => {
    await stage.log.append(stream, 'none', manyReported(5));
    const before = await firstFollowed(stage.log, { after: '0', batch: 2, count: 4 });

    const reopened = await stage.restart();
    await reopened.append(stream, 4, manyReported(2));
    const after = before.at(-1)?.position ?? '0';
    const rest = await firstFollowed(reopened, { after, batch: 2, count: 3 });

    expect([...before, ...rest]).toEqual(await everything(reopened));
  });

  it('has written everything that was asked for when close resolves', async () => {
    const asked = Array.from({ length: 50 }, (_, index) =>
      stage.log.append(`unit-office-${index}`, 'none', [reported()]),
    );

    await stage.log.close();
    const outcomes = await Promise.allSettled(asked);
    const reopened = await stage.restart();

    const acknowledged = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(acknowledged).toHaveLength(50);
    expect(await everything(reopened)).toEqual(acknowledged.flatMap(({ events }) => events));
  });
}
