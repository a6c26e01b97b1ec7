import type { Aggregate, Decision, Refusal } from '../decision.js';
import {
  accepted,
  idRefusals,
  refused,
  refusedFor,
  textRefusals,
  unchanged,
  unwrittenTexts,
} from '../refusals.js';
import { same } from '../same.js';
import type { ProjectionCommand, RecordRebuild } from './commands.js';
import type { ModelContent, ProjectionEvent, RebuiltModel } from './events.js';
import * as refuse from './refusals.js';
import { evolve, initial, type ProjectionState } from './state.js';

export function decide(
  command: ProjectionCommand,
  state: ProjectionState,
): Decision<ProjectionEvent> {
  switch (command.type) {
    case 'RecordRebuild':
      return recordRebuild(command, state);
  }
}

/** The read models of a ledger, as far as the ledger itself speaks of them: their rebuilds. */
export const projectionAggregate: Aggregate<ProjectionState, ProjectionCommand, ProjectionEvent> = {
  category: 'projection',
  initial,
  decide,
  evolve,
};

/** A build happens once: asked again, after a crash for instance, it is found recorded. */
function recordRebuild(command: RecordRebuild, state: ProjectionState): Decision<ProjectionEvent> {
  const { projection, build, trigger, position, models, explanation } = command;
  const data = {
    projection,
    build,
    trigger,
    position,
    models,
    ...(explanation !== undefined && { explanation }),
  };
  const recorded = state.status === 'none' ? undefined : state.rebuilds.get(build);
  if (recorded !== undefined) {
    return same(recorded.said, data)
      ? unchanged(recorded.event)
      : refused(refuse.buildAlreadyRecorded(build, recorded.event));
  }
  const refusal = refusedFor([
    ...idRefusals(projection, '/projection'),
    ...(/^[0-9a-f]{8}$/.test(build) ? [] : [refuse.buildInvalid(build)]),
    ...(/^(0|[1-9]\d{0,19})$/.test(position) ? [] : [refuse.positionInvalid(position)]),
    ...textRefusals(command),
    ...modelsRefusals(models),
    ...explanationRefusals(command),
  ]);
  return refusal ?? accepted({ type: 'ReadModelsRebuilt', data });
}

function modelsRefusals(models: readonly RebuiltModel[]): Refusal[] {
  if (models.length === 0) return [refuse.modelsMissing()];
  const names = models.map(({ name }) => name);
  return models.flatMap((model, index) => {
    const at = `/models/${index}`;
    const { name, previous } = model;
    return [
      ...idRefusals(name, `${at}/name`),
      ...(names.indexOf(name) === index ? [] : [refuse.modelRepeated(name, `${at}/name`)]),
      ...contentRefusals(model, at),
      ...(previous === undefined ? [] : contentRefusals(previous, `${at}/previous`)),
      ...(isFalselyEqual(model) ? [refuse.verdictWrong(model, at)] : []),
    ];
  });
}

/**
 * `equal` is no opinion: it follows from what both models hold. What is `explained` may have the same
 * hash as before, where rows had been altered behind the back of the old one.
 */
function isFalselyEqual({ verdict, rows, hash, previous }: RebuiltModel): boolean {
  const isSame = previous?.rows === rows && previous.hash === hash;
  return verdict === 'equal' && !isSame;
}

function contentRefusals({ version, rows, hash }: ModelContent, pointer: string): Refusal[] {
  return [
    ...(isWhole(version, 1) ? [] : [refuse.countInvalid(version, 1, `${pointer}/version`)]),
    ...(isWhole(rows, 0) ? [] : [refuse.countInvalid(rows, 0, `${pointer}/rows`)]),
    ...(/^[0-9a-f]{64}$/.test(hash) ? [] : [refuse.hashInvalid(hash, `${pointer}/hash`)]),
  ];
}

const isWhole = (value: number, least: number): boolean =>
  Number.isSafeInteger(value) && value >= least;

function explanationRefusals({ models, explanation }: RecordRebuild): Refusal[] {
  if (explanation !== undefined) return unwrittenTexts(explanation, '/explanation');
  const explained = models.filter(({ verdict }) => verdict === 'explained');
  return explained.length === 0
    ? []
    : [refuse.explanationMissing(explained.map(({ name }) => name))];
}
