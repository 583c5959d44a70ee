/** What the shapes of flows are called in JSON Schemas: kept apart from them, for a browser makes no schema. */
import {
  commitShape,
  constraintShape,
  correctionShape,
  digressionShape,
  edgeShape,
  flowShape,
  layerShape,
  questionShape,
  repairShape,
  stepShape,
  timingShape,
} from './flow-shape.ts';
import { expectationShape, guardShape } from './guard-shape.ts';
import type { Rule } from './shape.ts';

export const flowNames: ReadonlyMap<Rule, string> = new Map<Rule, string>([
  [guardShape, 'Guard'],
  [expectationShape, 'Expectation'],
  [edgeShape, 'Edge'],
  [timingShape, 'StepTiming'],
  [repairShape, 'StepRepair'],
  [commitShape, 'CommitDefinition'],
  [constraintShape, 'Constraint'],
  [stepShape, 'StepDefinition'],
  [questionShape, 'Question'],
  [layerShape, 'LayerDefinition'],
  [digressionShape, 'DigressionDefinition'],
  [correctionShape, 'CorrectionDefinition'],
  [flowShape, 'FlowDefinition'],
]);
