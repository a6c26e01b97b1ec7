import { given } from '../given-when-then.js';
import type { ReformCommand } from './commands.js';
import { reformAggregate } from './decide.js';
import type { ReformEvent, Stage } from './events.js';
import {
  advance,
  advanced,
  assign,
  assigned,
  redevelopment,
  register,
  registered,
} from './fixtures.js';

const history = (...events: ReformEvent[]) => given(reformAggregate, events);

describe('registering a reform', () => {
  it('records its names and its highlight', () => {
    history().when(register()).thenAccepted(registered());
  });

  it('records the stage at which it stands', () => {
    history()
      .when(register({ stage: 'pilot' }))
      .thenAccepted(registered({ stage: 'pilot' }));
  });

  it('records the programme as a whole as highlight 0', () => {
    history()
      .when(register({ highlight: 0 }))
      .thenAccepted(registered({ highlight: 0 }));
  });

  it('finds the same reform registered already', () => {
    history(registered(), advanced('pilot')).when(register()).thenUnchanged('event-0');
  });

  it('refuses other particulars under the same identifier', () => {
    history(registered())
      .when(register({ highlight: 3 }))
      .thenRefused('REFORM_ALREADY_REGISTERED', '/reform');
  });

  const refused: [string, string, ReformCommand][] = [
    ['ID_INVALID', '/reform', register({ reform: 'land_redevelopment' })],
    ['TEXT_MISSING', '/names/zh', register({ names: { zh: '', en: 'Land' } })],
    ['TEXT_MISSING', '/summary/en', register({ summary: { zh: '新模式', en: ' ' } })],
    ['TEXT_NOT_CLEAN', '/names/zh', register({ names: { zh: '土地\udfff', en: 'Land' } })],
    ['PLACE_INVALID', '/highlight', register({ highlight: 2.5 })],
    ['PLACE_INVALID', '/highlight', register({ highlight: -1 })],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history().when(command).thenRefused(code, pointer);
  });
});

describe('advancing the stage', () => {
  it.each([
    ['proposed', 'pilot'],
    ['pilot', 'demonstrationPoint'],
    ['demonstrationPoint', 'replicated'],
    ['replicated', 'institutionalised'],
  ] as const)('goes up one step, from %s to %s', (from, to) => {
    history(registered({ stage: from }))
      .when(advance(to))
      .thenAccepted(advanced(to, from));
  });

  it.each(['proposed', 'pilot', 'institutionalised'] as const)(
    'starts anywhere where no stage was stated: %s',
    (to) => {
      history(registered()).when(advance(to)).thenAccepted(advanced(to));
    },
  );

  it('skips a stage with a reason only', () => {
    const past = registered({ stage: 'pilot' });
    for (const reason of [undefined, '', '  ']) {
      const refusal = history(past)
        .when(advance('replicated', reason === undefined ? {} : { reason }))
        .thenRefused('STAGE_SKIPPED_WITHOUT_REASON', '/reason');
      expect(refusal.facts).toEqual({ from: 'pilot' });
    }
    history(past)
      .when(advance('replicated', { reason: '省里已统一推广' }))
      .thenAccepted(advanced('replicated', 'pilot'));
  });

  it('finds the stage reached already, by registration or advance', () => {
    history(registered({ stage: 'pilot' }))
      .when(advance('pilot'))
      .thenUnchanged('event-0');
    history(registered(), advanced('pilot'))
      .when(advance('pilot', { on: '2021-08-01' }))
      .thenUnchanged('event-1');
  });

  it('does not go back, not even with a reason', () => {
    const back: [Stage, Stage][] = [
      ['pilot', 'proposed'],
      ['institutionalised', 'pilot'],
    ];
    for (const [from, to] of back) {
      history(registered({ stage: from }))
        .when(advance(to, { reason: '重新试点' }))
        .thenRefused('STAGE_NOT_AHEAD', '/to');
    }
  });

  const refused: [string, string, ReformCommand][] = [
    ['TIME_IN_FUTURE', '/on', advance('pilot', { on: '2021-09-02' })],
    ['DATE_INVALID', '/on', advance('pilot', { on: '2021-13-01' })],
    ['TEXT_NOT_CLEAN', '/reason', advance('pilot', { reason: '\u0000' })],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(registered()).when(command).thenRefused(code, pointer);
  });

  it('refuses a reform that is not registered', () => {
    history().when(advance('pilot')).thenRefused('REFORM_NOT_REGISTERED', '/reform');
  });
});

describe('assigning responsibility', () => {
  it('records lead, co-units and deadline, which may be yet to come', () => {
    history(registered()).when(assign()).thenAccepted(assigned());
  });

  it('records the parcel', () => {
    history(registered())
      .when(assign({ parcel: '13 号线车辆段' }))
      .thenAccepted(assigned({ parcel: '13 号线车辆段' }));
  });

  it('finds the same assignment said already, and takes a new one', () => {
    history(registered(), assigned()).when(assign()).thenUnchanged('event-1');
    history(registered(), assigned())
      .when(assign({ due: '2022-06-30' }))
      .thenAccepted(assigned({ due: '2022-06-30' }));
  });

  const lead = { pointer: '/lead', id: 'urban-renewal-bureau', kind: 'unit' } as const;
  const refused: [string, string, ReformCommand][] = [
    ['REFERENCE_UNKNOWN', '/lead', assign({ facts: { missingReferences: [lead] } })],
    ['LEAD_IS_CO_UNIT', '/coUnits/0', assign({ coUnits: ['urban-renewal-bureau'] })],
    ['CO_UNIT_REPEATED', '/coUnits/1', assign({ coUnits: ['a-street', 'a-street'] })],
    ['DATE_INVALID', '/due', assign({ due: '年底' })],
    ['TEXT_MISSING', '/parcel', assign({ parcel: ' ' })],
    ['TEXT_NOT_CLEAN', '/parcel', assign({ parcel: '\ud83c' })],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(registered()).when(command).thenRefused(code, pointer);
  });

  it('refuses a reform that is not registered', () => {
    history().when(assign()).thenRefused('REFORM_NOT_REGISTERED', '/reform');
  });

  it('keeps the registration apart from what was assigned', () => {
    history(registered(), assigned(), advanced('pilot'))
      .when(register(redevelopment))
      .thenUnchanged('event-0');
  });
});
