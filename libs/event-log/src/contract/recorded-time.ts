import { everything, otherStream, reported, type Stage, stream } from './stage.js';

export function recordedTimeContract(stage: Stage): void {
  const times = async () =>
    (await everything(stage.log)).map(({ metadata }) => metadata.recordedAt.slice(11, 19));

  it('stamps what has no time by its own clock', async () => {
    await stage.log.append(stream, 'none', [reported(), reported()]);
    stage.now += 1_000;
    await stage.log.append(stream, 1, [reported()]);

    expect(await times()).toEqual(['08:00:00', '08:00:00', '08:00:01']);
  });

  it('never goes back, although the clock does', async () => {
    await stage.log.append(stream, 'none', [reported()]);
    stage.now -= 3_600_000;
    await stage.log.append(stream, 0, [reported()]);
    stage.now += 3_600_000 + 2_000;
    await stage.log.append(stream, 1, [reported()]);

    expect(await times()).toEqual(['08:00:00', '08:00:00', '08:00:02']);
    expect((await stage.log.head()).recordedAt).toBe('2026-11-24T08:00:02.000Z');
  });

  it('keeps a time that it is given, and goes on from there', async () => {
    await stage.log.append(stream, 'none', [
      reported('copied', '2026-11-24T08:30:00.000Z'),
      reported('stamped'),
    ]);
    await stage.log.append(stream, 1, [reported('stamped')]);

    expect(await times()).toEqual(['08:30:00', '08:30:00', '08:30:00']);
  });

  it('keeps a given time that steps back, as logs of several processes have them', async () => {
    await stage.log.append(stream, 'none', [reported()]);
    await stage.log.append(stream, 0, [
      reported('', '2026-11-24T09:00:00.000Z'),
      reported('', '2026-11-24T07:59:59.999Z'),
    ]);
    expect(await times()).toEqual(['08:00:00', '09:00:00', '07:59:59']);

    // What is stamped afterwards stands at the latest time, not at the last one.
    expect((await stage.log.head()).recordedAt).toBe('2026-11-24T09:00:00.000Z');
    await stage.log.append(stream, 2, [reported()]);
    expect((await times()).at(-1)).toBe('09:00:00');
  });

  it('is not held up by the far time of an append that was refused', async () => {
    await stage.log.append(stream, 'none', [reported()]);
    const far = [reported('', '2126-01-01T00:00:00.000Z')];
    await expect(stage.log.append(stream, 5, far)).rejects.toMatchObject({ code: 'CONFLICT' });

    await stage.log.append(stream, 0, [reported()]);

    expect(await times()).toEqual(['08:00:00', '08:00:00']);
  });

  it('answers a repeated copy as the first time, although the log went on', async () => {
    const copied = [reported('copied', '2026-11-24T07:00:00.000Z')];
    const first = await stage.log.append(stream, 'none', copied);
    await stage.log.append(otherStream, 'none', [reported()]);

    expect(await stage.log.append(stream, 'none', copied)).toEqual(first);
  });
}
