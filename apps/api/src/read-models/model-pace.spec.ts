import { ModelPace } from './model-pace.js';

describe('the pace of a model', () => {
  let now: number;
  let pace: ModelPace;
  beforeEach(() => {
    now = 0;
    pace = new ModelPace(() => now);
  });
  const standsAt = (position: number, at: number): void => {
    now = at;
    pace.take([{ name: 'activity', position: String(position) }]);
  };

  it('is none before anything was told, and of a model that nobody knows', () => {
    expect(pace.of('activity')).toBe(0);
    standsAt(100, 1_000);
    expect([pace.of('activity'), pace.of('board')]).toEqual([0, 0]);
  });

  it('counts the events of the last five seconds', () => {
    standsAt(100, 1_000);
    standsAt(150, 2_000);
    standsAt(200, 3_000);

    expect(pace.of('activity')).toBe(20);
  });

  it('counts from the last sample before the window, and forgets those before it', () => {
    standsAt(100, 0);
    standsAt(1_000, 1_000);
    standsAt(1_050, 9_000);

    expect(pace.of('activity')).toBe(10);
  });

  it('comes to nothing when nothing moves any more', () => {
    standsAt(100, 0);
    standsAt(200, 1_000);
    now = 6_001;

    expect(pace.of('activity')).toBe(0);
  });

  it('is none where views of another log stand earlier', () => {
    standsAt(100, 0);
    standsAt(3, 1_000);

    expect(pace.of('activity')).toBe(0);
  });
});
