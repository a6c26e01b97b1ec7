import { disputes, landReform, reformOffice, signed, taskForce, vacated } from './fixtures.js';
import { metrics, seriesKeys } from './random-history.js';
import type { Views } from './views.js';

// Every question of the views, for tests that compare answers byte by byte.

export type Moment = { knownAt: string; validAt?: string };
/** Questions that name no moment of knowledge: where the views stand, and what came last. */
type Momentless =
  'projectedPosition' | 'models' | 'parked' | 'positionAt' | 'changesAfter' | 'command' | 'close';
type Ask = (views: Views, moment: Moment) => unknown;

const limit = 2;
const range = { validFrom: '2021-06-30', validTo: '2021-07-31' };
const ofEach = <Name>(names: readonly Name[], ask: (name: Name) => unknown): unknown[] =>
  names.map(ask);

/** The compiler asks for a line here when the views learn a new question. */
const questions: { [Question in Exclude<keyof Views, Momentless>]: Ask } = {
  board: (views, moment) => views.board(moment),
  timeline: (views, { knownAt }) =>
    ofEach(metrics, (metric) => [
      views.timeline({ metric, knownAt, view: 'latest' }),
      views.timeline({ metric, knownAt, view: 'asReported' }),
      views.timeline({ metric, knownAt, view: 'latest', ...range }),
    ]),
  timelinePage: (views, { knownAt }) =>
    ofEach(metrics, (metric) => [
      views.timelinePage({ metric, knownAt, view: 'latest', limit }),
      views.timelinePage({ metric, knownAt, view: 'asReported', limit }),
    ]),
  vintages: (views, { knownAt, validAt }) =>
    ofEach(metrics, (metric) => [
      views.vintages({ metric, knownAt, limit, asKnownOn: '9' }),
      views.vintages({ metric, knownAt, limit: 50, ...range, series: seriesKeys[1] ?? {} }),
      views.vintages({ metric, knownAt, limit, ...(validAt !== undefined && { validAt }) }),
    ]),
  why: (views, moment) =>
    ofEach(metrics, (metric) => [
      views.why({ metric, ...moment }),
      views.why({ metric, ...moment, series: seriesKeys[2] ?? {} }),
    ]),
  seriesOf: (views, moment) =>
    ofEach(metrics, (metric) => [
      views.seriesOf({ metric, ...moment, view: 'latest', limit: 50 }),
      views.seriesOf({ metric, ...moment, view: 'asReported', limit }),
    ]),
  funnel: (views, moment) => {
    return views.funnel({ ...moment, metrics: [signed.data.metric, vacated.data.metric] });
  },
  difference: (views, { knownAt: to, validAt }) =>
    ofEach(['0', String(Math.floor(Number(to) / 2)), to], (from) =>
      views.difference({ from, to, limit: 50, ...(validAt !== undefined && { validAt }) }),
    ),
  metric: (views, moment) => ofEach(metrics, (id) => views.metric({ ...moment, id })),
  metrics: (views, moment) => [
    views.metrics({ ...moment, limit }),
    views.metrics({ ...moment, limit, kind: disputes.data.kind }),
  ],
  reform: (views, moment) => views.reform({ ...moment, id: landReform.data.reform }),
  reforms: (views, moment) => views.reforms({ ...moment, limit }),
  milestone: (views, moment) => views.milestone({ ...moment, id: taskForce.data.milestone }),
  milestones: (views, moment) => views.milestones({ ...moment, limit }),
  unit: (views, moment) => views.unit({ ...moment, id: reformOffice.data.unit }),
  units: (views, moment) => views.units({ ...moment, limit }),
  activity: (views, { knownAt }) => [
    views.activity({ knownAt, limit }),
    ofEach(metrics, (id) => {
      return views.activity({ knownAt, limit, subject: { kind: 'metric', id } });
    }),
  ],
};

/** The answers to every question at one moment, each as the bytes that a reader would get. */
export function everyAnswer(views: Views, moment: Moment): { [question: string]: string } {
  return Object.fromEntries(
    Object.entries(questions).map(([name, ask]) => [name, JSON.stringify(ask(views, moment))]),
  );
}
