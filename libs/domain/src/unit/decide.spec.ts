import { given } from '../given-when-then.js';
import type { UnitCommand } from './commands.js';
import { unitAggregate } from './decide.js';
import type { UnitEvent } from './events.js';
import { housingBureau, newNames, register, registered, rename, renamed } from './fixtures.js';

const history = (...events: UnitEvent[]) => given(unitAggregate, events);

describe('registering a unit', () => {
  it('records it under its parent', () => {
    history().when(register()).thenAccepted(registered());
  });

  it('records one without a parent', () => {
    const { parent: _parent, ...district } = { ...housingBureau, unit: 'guangming-district' };
    history()
      .when({
        type: 'RegisterUnit',
        today: '2021-09-01',
        ...district,
        facts: { missingReferences: [] },
      })
      .thenAccepted(registered(district));
  });

  it('finds the same unit registered already', () => {
    history(registered()).when(register()).thenUnchanged('event-0');
  });

  it('finds it said by the renaming, once it is called so', () => {
    history(registered(), renamed())
      .when(register({ names: newNames }))
      .thenUnchanged('event-1');
  });

  it('refuses other particulars under the same identifier', () => {
    history(registered())
      .when(register({ level: 'street' }))
      .thenRefused('UNIT_ALREADY_REGISTERED', '/unit');
    history(registered(), renamed())
      .when(register())
      .thenRefused('UNIT_ALREADY_REGISTERED', '/unit');
  });

  const parent = { pointer: '/parent', id: 'guangming-district', kind: 'unit' } as const;
  const refused: [string, string, UnitCommand][] = [
    ['ID_INVALID', '/unit', register({ unit: 'Housing Bureau' })],
    ['TEXT_MISSING', '/names/zh', register({ names: { zh: ' ', en: 'Bureau' } })],
    ['TEXT_NOT_CLEAN', '/names/en', register({ names: { zh: '局', en: 'Bure\u0000au' } })],
    ['UNIT_PARENT_ITSELF', '/parent', register({ parent: housingBureau.unit })],
    ['REFERENCE_UNKNOWN', '/parent', register({ facts: { missingReferences: [parent] } })],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history().when(command).thenRefused(code, pointer);
  });
});

describe('renaming a unit', () => {
  it('records the new names', () => {
    history(registered()).when(rename()).thenAccepted(renamed());
  });

  it('finds it called so already, by its registration or its last renaming', () => {
    history(registered())
      .when(rename({ names: housingBureau.names }))
      .thenUnchanged('event-0');
    history(registered(), renamed()).when(rename()).thenUnchanged('event-1');
  });

  it('takes the old name again', () => {
    history(registered(), renamed())
      .when(rename({ names: housingBureau.names }))
      .thenAccepted(renamed(housingBureau.names));
  });

  const refused: [string, string, UnitCommand][] = [
    ['REASON_MISSING', '/reason', rename({ reason: '' })],
    ['TEXT_NOT_CLEAN', '/reason', rename({ reason: '\ud800' })],
    ['TEXT_MISSING', '/names/en', rename({ names: { zh: '局', en: '' } })],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history(registered()).when(command).thenRefused(code, pointer);
  });

  it('refuses a unit that is not registered', () => {
    history().when(rename()).thenRefused('UNIT_NOT_REGISTERED', '/unit');
  });
});
