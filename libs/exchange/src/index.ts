export {
  escapePointer,
  readStrictJson,
  type JsonProblem,
  type Position,
  type StrictJson,
} from './strict-json.js';
export { shapeProblems, type ShapeProblem } from './shape-problems.js';
export * from './shapes.js';
export {
  FACTS_FORMAT,
  readFacts,
  type FactsFile,
  type FactsReading,
  type FileProblem,
  type PlannedWrite,
} from './facts.js';
