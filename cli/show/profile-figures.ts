import { type CostReport, costReport } from '../../profile/analysis/cost-report';
import { timeOutsideMainThreadOf } from '../../profile/analysis/process-time';
import { type StackTable, totalValue } from '../../profile/analysis/stack-table';
import type { FetchedProfile } from '../fetch/fetch-stack';
import { type FunctionsTable, functionsTable } from './functions-table';

/** Rows of a table of functions: what fits beside other things on a screen. */
const tableRows = 12;

/** What is said of a fetched profile. */
export interface ProfileFigures {
  /** Nanoseconds in invocations; of `wall` only. */
  time?: { wall: number; idle?: number };
  cost?: CostReport;
  /** Nanoseconds of processor time that were not on the main thread; 0: little, or not known. */
  outsideMainThread: number;
  functions: FunctionsTable;
}

/**
 * Adds up a profile.
 *
 * @param sampleType - what functions are ranked by; default: see {@link functionsTable}
 */
export function profileFigures({ type, stacks }: FetchedProfile, sampleType?: string): ProfileFigures {
  return {
    time: type === 'wall' ? invocationTime(stacks) : undefined,
    cost: costReport(stacks),
    outsideMainThread: type === 'wall' ? timeOutsideMainThreadOf(stacks) : 0,
    functions: functionsTable(stacks, tableRows, sampleType),
  };
}

/** Of a wall profile `wall` counts just the time in invocations, and `cpu` what was not idle of it. */
function invocationTime(stacks: StackTable): { wall: number; idle?: number } | undefined {
  const wall = totalValue(stacks, 'wall');
  const cpu = totalValue(stacks, 'cpu');
  return wall === undefined ? undefined : { wall, idle: cpu === undefined ? undefined : wall - cpu };
}
