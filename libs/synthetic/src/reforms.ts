import type { Stage } from '@ledger/domain';
import type { Act } from './acts.js';
import { isoDay, type Day } from './calendar.js';
import { reforms, type Reform } from './catalogue.js';
import type { Span } from './metrics.js';
import { PREFIX, REFORM_OFFICE, unitId } from './places.js';
import { mixed, partAt } from './random.js';

const ladder: readonly Stage[] = [
  'proposed',
  'pilot',
  'demonstrationPoint',
  'replicated',
  'institutionalised',
];

/** Registration, who answers for it, and the steps up the ladder over the years. */
export function reformActs(span: Span, seed: number): Act[] {
  return reforms.flatMap((reform, highlight) =>
    actsOf(reform, highlight, span, mixed(seed ^ Math.imul(highlight + 1, 0x51ed270b))),
  );
}

function actsOf(reform: Reform, highlight: number, span: Span, seed: number): Act[] {
  const id = `${PREFIX}-${reform.key}`;
  const stream = { name: `reform-${id}`, next: 0 };
  const dayAt = (part: number): Day => span.first + Math.floor(part * (span.last - span.first));
  const { names, stage } = reform;
  const registered = { reform: id, names, highlight, stage };
  const lead = unitId(reform.office);
  const coUnits = lead === REFORM_OFFICE ? [] : [REFORM_OFFICE];
  const assigned = (day: Day, due: Day): Act => ({
    day,
    said: {
      stream,
      type: 'ResponsibilityAssigned',
      data: { reform: id, lead, coUnits, due: isoDay(due) },
    },
  });
  const extended = assigned(dayAt(0.45 + 0.2 * partAt(seed, 1)), dayAt(1.3));
  extended.said.reason = '完成时限经领导小组会议同意延期';
  return [
    { day: span.first, said: { stream, type: 'ReformRegistered', data: registered } },
    assigned(span.first + 1, dayAt(0.8)),
    ...advances({ id, stream, stage }, dayAt, seed),
    ...(partAt(seed, 2) < 0.6 ? [extended] : []),
  ];
}

type Advancing = { id: string; stream: Act['said']['stream']; stage: Stage };

/** Two or three advances; one reform in six skips a step, and says why. */
function advances({ id, stream, stage }: Advancing, dayAt: (part: number) => Day, seed: number) {
  const skips = partAt(seed, 3) < 1 / 6;
  const acts: Act[] = [];
  let place = ladder.indexOf(stage);
  for (const turn of [1, 2, 3]) {
    const next = Math.min(ladder.length - 1, place + (skips && turn === 2 ? 2 : 1));
    const [from, to] = [ladder[place], ladder[next]];
    if (from === undefined || to === undefined || from === to) break;
    if (turn === 3 && partAt(seed, 4) < 0.5) break;
    const day = dayAt((turn - 1) * 0.3 + 0.08 + 0.2 * partAt(seed, 10 + turn));
    const data = { reform: id, from, to, on: isoDay(day) };
    const reason = next - place > 1 ? '试点成效明显，经评估直接推广' : undefined;
    acts.push({
      day,
      said: { stream, type: 'StageAdvanced', data, ...(reason !== undefined && { reason }) },
    });
    place = next;
  }
  return acts;
}
