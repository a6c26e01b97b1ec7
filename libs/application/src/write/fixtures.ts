import type { MetricRequest, UnitRequest } from '@ledger/domain';
import type { EventLog } from '@ledger/event-log';
import { commandHash, commandIdentity } from './identity.js';
import type { LedgerWriter } from './ledger-writer.js';
import type { RejectionReason } from './rejection.js';
import type { RequestContext } from './requests.js';

// The article's vacated area, written through the ordinary commands, for the tests of this folder.

export const clock = () => Date.UTC(2026, 10, 24, 8);
const actor = { id: 'local', unit: 'office', role: 'reformOffice' };

/** Views that have taken in nothing yet: what was just written must be remembered without them. */
export const emptyViews = { command: () => undefined, projectedPosition: () => '0' };

/** Registers what figures of vacated area belong to: three streams of one event each. */
export async function prepareVacated(writer: LedgerWriter): Promise<void> {
  const names = { zh: '土地', en: 'Land' };
  const { units, reforms, metrics } = writer;
  await units.write('office', registerUnit('office'), context('unit'));
  await reforms.write('land', { type: 'RegisterReform', reform: 'land', names }, context('reform'));
  await metrics.write('vacated', defineVacated(), context('metric'));
}

export function registerUnit(unit: string): Extract<UnitRequest, { type: 'RegisterUnit' }> {
  return {
    type: 'RegisterUnit',
    unit,
    names: { zh: '区委改革办', en: 'Reform Office' },
    level: 'district',
  };
}

/** Every word gives another name, and so another event. */
export function renameUnit(unit: string, word: string): UnitRequest {
  return { type: 'RenameUnit', unit, names: { zh: word, en: word }, reason: '机构改革' };
}

/** A log that answers some of its questions in another way than the one behind it. */
export function around(log: EventLog, other: Partial<EventLog>): EventLog {
  return {
    append: (stream, expected, events) => log.append(stream, expected, events),
    readStream: (stream, options) => log.readStream(stream, options),
    readAll: (options) => log.readAll(options),
    follow: (options) => log.follow(options),
    head: () => log.head(),
    close: () => log.close(),
    ...other,
  };
}

export function context(key: string): RequestContext {
  return {
    actor,
    correlationId: `request-${key}`,
    commandId: commandIdentity({ actor, route: 'test', key }),
    commandHash: commandHash(key),
  };
}

export function defineVacated(): Extract<MetricRequest, { type: 'DefineMetric' }> {
  return {
    type: 'DefineMetric',
    metric: 'vacated',
    definition: {
      reform: 'land',
      names: { zh: '腾空交房面积', en: 'Premises vacated' },
      kind: 'cumulative',
      unit: 'm2',
      basis: 'floorArea',
      direction: 'rising',
      timeSemantics: 'asOf',
      seriesDimensions: [],
      characteristics: {},
      definition: { zh: '腾空并交房的建筑面积', en: 'Floor area vacated and handed over' },
      dataSource: { zh: '区更新整备局', en: 'Renewal bureau' },
      frequency: 'monthly',
      owner: 'office',
      participants: [],
      relations: [],
    },
  };
}

export function report(asOf: string, printed: string): MetricRequest {
  return {
    type: 'ReportObservation',
    metric: 'vacated',
    series: {},
    time: { type: 'asOf', asOf },
    value: { quantity: { printed } },
  };
}

export function day(index: number): string {
  return new Date(Date.UTC(2022, 0, 1 + index)).toISOString().slice(0, 10);
}

export async function reasonOf(write: Promise<unknown>): Promise<RejectionReason> {
  const fault: unknown = await write.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (fault instanceof Object && 'reason' in fault) return fault.reason as RejectionReason;
  throw new Error(`Expected a rejection, got ${String(fault)}`);
}
