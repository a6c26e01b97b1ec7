import type { RecordRebuild } from './commands.js';
import type { ModelContent, ReadModelsRebuilt, RebuiltModel } from './events.js';

export const today = '2021-09-01';

/** The read models' contents after the article's 132 facts and what they belong to. */
export const content = (digit: string, rows = 141): ModelContent => ({
  version: 1,
  rows,
  hash: digit.repeat(64),
});

export const equal = (name: string, digit = 'a'): RebuiltModel => ({
  name,
  ...content(digit),
  previous: content(digit),
  verdict: 'equal',
});

/** Now of version 2, with a row fewer. */
export const explained = (name: string): RebuiltModel => ({
  name,
  ...content('b', 140),
  version: 2,
  previous: content('a'),
  verdict: 'explained',
});

export const explanation = {
  zh: '目录第 2 版不再单列已停用指标',
  en: 'Version 2 of the catalogue no longer lists retired metrics apart',
};

/** A rebuild after which everything reads as before. */
export const rebuilt: ReadModelsRebuilt['data'] = {
  projection: 'read-models',
  build: '0a1b2c3d',
  trigger: 'operation',
  position: '141',
  models: [equal('activity'), equal('catalogue', 'c'), equal('timeline', 'd')],
};

/** A rebuild by a server that brought a new version of one model. */
export const upgraded: ReadModelsRebuilt['data'] = {
  projection: 'read-models',
  build: '4e5f6071',
  trigger: 'boot',
  position: '150',
  models: [equal('activity'), explained('catalogue')],
  explanation,
};

export const readModelsRebuilt = (data = rebuilt): ReadModelsRebuilt => ({
  type: 'ReadModelsRebuilt',
  data,
});

export const record = (more: Partial<RecordRebuild> = {}): RecordRebuild => ({
  type: 'RecordRebuild',
  today,
  ...rebuilt,
  ...more,
});
