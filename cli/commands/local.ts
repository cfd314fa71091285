import { startLocalAws } from '../../local/aws';
import type { DeployedFunction } from '../../local/types';
import { sessionAt } from '../aws/session';
import { findStacks } from '../aws/stacks';
import { CommandError } from '../command-error';
import { fetchAndShow, type OutputOptions, type Source } from '../fetch-and-show';
import type { Io } from '../io';
import type { ProfileType } from '../keys';
import { contextOf, splitPair } from '../local/cdk-project';
import { loadJson, loadTable } from '../local/load-report';
import { profiledFunctions, selectDeployed } from '../local/profiled-functions';
import { runLoad } from '../local/run-load';
import { cloudAssemblyOf } from '../local/synthesize';
import { interrupted } from '../show';

export interface LocalOptions extends OutputOptions {
  context: string[];
  function: string[];
  events?: string;
  /** Milliseconds. */
  duration?: number;
  count?: number;
  concurrency: number;
  env: string[];
  /** Milliseconds. */
  snapshotInterval: number;
  type?: ProfileType;
  out: string;
  logs?: boolean;
  keep?: boolean;
}
