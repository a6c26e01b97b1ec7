import { given } from '../given-when-then.js';
import type { ProjectionCommand } from './commands.js';
import { projectionAggregate } from './decide.js';
import type { ProjectionEvent, RebuiltModel } from './events.js';
import {
  content,
  equal,
  explained,
  explanation,
  readModelsRebuilt,
  rebuilt,
  record,
  upgraded,
} from './fixtures.js';

const history = (...events: ProjectionEvent[]) => given(projectionAggregate, events);

describe('recording a rebuild', () => {
  it('records what was compared, and that it was equal', () => {
    history().when(record()).thenAccepted(readModelsRebuilt());
  });

  it('records a difference with what explains it', () => {
    history(readModelsRebuilt()).when(record(upgraded)).thenAccepted(readModelsRebuilt(upgraded));
  });

  it('records models that had nothing before them', () => {
    const first: RebuiltModel = { name: 'activity', ...content('a'), verdict: 'explained' };
    const data = { ...rebuilt, models: [first], explanation };
    history().when(record(data)).thenAccepted(readModelsRebuilt(data));
  });

  it('finds a build recorded already, whatever was recorded since', () => {
    history(readModelsRebuilt(), readModelsRebuilt(upgraded))
      .when(record())
      .thenUnchanged('event-0');
  });

  it('refuses other particulars of a build that is recorded', () => {
    const { facts } = history(readModelsRebuilt())
      .when(record({ position: '142' }))
      .thenRefused('BUILD_ALREADY_RECORDED', '/build');
    expect(facts).toEqual({ eventId: 'event-0' });
  });

  const model = (more: object): RebuiltModel[] => [
    equal('activity'),
    { ...equal('catalogue'), ...more },
  ];
  const previous = content('a');
  const refused: [string, string, ProjectionCommand][] = [
    ['ID_INVALID', '/projection', record({ projection: 'Read Models' })],
    ['BUILD_INVALID', '/build', record({ build: '0A1B2C3D' })],
    ['BUILD_INVALID', '/build', record({ build: '0a1b2c3' })],
    ['POSITION_INVALID', '/position', record({ position: '-1' })],
    ['POSITION_INVALID', '/position', record({ position: '0141' })],
    ['MODELS_MISSING', '/models', record({ models: [] })],
    ['ID_INVALID', '/models/1/name', record({ models: model({ name: '' }) })],
    ['MODEL_REPEATED', '/models/1/name', record({ models: model({ name: 'activity' }) })],
    ['COUNT_INVALID', '/models/1/version', record({ models: model({ version: 0 }) })],
    ['COUNT_INVALID', '/models/1/rows', record({ models: model({ rows: 1.5 }) })],
    ['COUNT_INVALID', '/models/1/rows', record({ models: model({ rows: Number.NaN }) })],
    ['HASH_INVALID', '/models/1/hash', record({ models: model({ hash: 'a'.repeat(63) }) })],
    [
      'HASH_INVALID',
      '/models/1/previous/hash',
      record({ models: model({ previous: { ...previous, hash: 'A'.repeat(64) } }) }),
    ],
    [
      'COUNT_INVALID',
      '/models/1/previous/rows',
      record({ models: model({ previous: { ...previous, rows: -1 } }) }),
    ],
    ['VERDICT_WRONG', '/models/1/verdict', record({ models: model({ hash: 'b'.repeat(64) }) })],
    ['VERDICT_WRONG', '/models/1/verdict', record({ models: model({ rows: 140 }) })],
    ['VERDICT_WRONG', '/models/1/verdict', record({ models: model({ previous: undefined }) })],
    ['EXPLANATION_MISSING', '/explanation', record({ models: [explained('catalogue')] })],
    [
      'TEXT_MISSING',
      '/explanation/en',
      record({ models: [explained('catalogue')], explanation: { zh: '新版', en: ' ' } }),
    ],
    [
      'TEXT_NOT_CLEAN',
      '/explanation/zh',
      record({ models: [explained('catalogue')], explanation: { zh: '新\u0000版', en: 'New' } }),
    ],
  ];
  it.each(refused)('refuses with %s at %s', (code, pointer, command) => {
    history().when(command).thenRefused(code, pointer);
  });

  it('takes an explanation of equal hashes: rows may have been altered behind them', () => {
    const said = { models: model({ verdict: 'explained' }), explanation };
    const data = { ...rebuilt, ...said };

    history().when(record(said)).thenAccepted(readModelsRebuilt(data));
  });

  it('says everything that is wrong at once', () => {
    const { when } = history();
    const models = model({ hash: 'x', rows: -1 });
    const decided = when(record({ build: 'new', models }));
    decided.thenRefused('BUILD_INVALID');
    decided.thenRefused('HASH_INVALID');
    decided.thenRefused('COUNT_INVALID');
    decided.thenRefused('VERDICT_WRONG');
  });
});
