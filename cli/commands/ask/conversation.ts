import { compareProfileTypes, type ProfileType } from '../../../lib/contract/profile-types';
import { countsText, type FunctionInventory } from '../../snapshots/inventory';
import type { ProfiledStack } from '../../stacks/stack-outputs';
import { formatInstant } from '../../terminal/format';
import type { Choice } from '../../terminal/prompts';
import type { Answers } from './answers';

/** A stack that can be chosen. */
export interface KnownStack {
  stack: ProfiledStack;
  /** What there is of its functions. */
  inventory(): Promise<FunctionInventory[]>;
}

/** What there is to choose from. */
export interface World {
  /** Stacks that were fetched before, and when the latest was; absent: none. */
  fetched?: { stacks: KnownStack[]; latest: Date };
  /** Stacks in AWS. */
  deployed(): Promise<KnownStack[]>;
}

/** Asks one question; `initial` is what Enter answers. */
export type Ask = (question: string, choices: Choice[], initial: string | undefined) => Promise<string>;

/**
 * Asks what somebody wants to look at, from the large to the small. What has one answer only is not asked.
 *
 * @param last - the answers of the last time
 */
export async function converse(world: World, ask: Ask, last: Partial<Answers>): Promise<Answers> {
  const cached = world.fetched !== undefined && (await askSource(world.fetched.latest, ask, last)) === 'cached';
  const known = cached && world.fetched ? world.fetched.stacks : await world.deployed();
  const { stack, inventory } = await askStack(known, ask, last);
  const functions = await inventory();
  // Which account that is has been said where there were several stacks to choose from.
  const of = known.length > 1 ? '' : ` of ${stack.name} (account ${stack.account}, region ${stack.region})`;
  const fn = await askFunction(`Which function${of}?`, functions, ask, last);
  const type = await askType(
    functions.filter((each) => fn === '' || each.function === fn),
    ask,
    last,
  );
  const sampleType = await askSampleType(type, ask, last);
  return { cached, stack: stack.name, region: stack.region, function: fn, type, sampleType };
}

function askSource(latest: Date, ask: Ask, { cached }: Partial<Answers>): Promise<string> {
  const choices = [
    { value: 'fresh', label: 'Current snapshots in AWS' },
    { value: 'cached', label: 'Profiles of the last fetch', hint: `up to ${formatInstant(latest)} UTC` },
  ];
  return ask('Which source?', choices, cached ? 'cached' : 'fresh');
}

async function askStack(known: KnownStack[], ask: Ask, last: Partial<Answers>): Promise<KnownStack> {
  const nameOf = ({ name, region }: Pick<ProfiledStack, 'name' | 'region'>) => `${name} in ${region}`;
  const [first] = known as [KnownStack, ...KnownStack[]];
  if (known.length === 1) return first;
  const severalRegions = known.some(({ stack }) => stack.region !== first.stack.region);
  const choices = known.map(({ stack }) => ({
    value: nameOf(stack),
    label: severalRegions ? nameOf(stack) : stack.name,
    hint: stack.functions.map(({ name }) => name).join(', '),
  }));
  const question = `Which stack? (account ${first.stack.account}${severalRegions ? '' : `, region ${first.stack.region}`})`;
  const answer = await ask(question, choices, nameOf({ name: last.stack ?? '', region: last.region ?? '' }));
  return known.find(({ stack }) => nameOf(stack) === answer) ?? first;
}

async function askFunction(
  question: string,
  functions: FunctionInventory[],
  ask: Ask,
  last: Partial<Answers>,
): Promise<string> {
  if (functions.length < 2) return functions[0]?.function ?? '';
  const choices = [
    { value: '', label: 'all' },
    ...functions.map((fn) => ({ value: fn.function, label: fn.function, hint: countsText(fn.snapshots) })),
  ];
  return ask(question, choices, last.function);
}

async function askType(functions: FunctionInventory[], ask: Ask, last: Partial<Answers>): Promise<string> {
  const counts = new Map<ProfileType, number>();
  for (const { snapshots } of functions) {
    for (const [type, count] of Object.entries(snapshots)) counts.set(type, (counts.get(type) ?? 0) + count);
  }
  const types = [...counts.keys()].sort(compareProfileTypes);
  if (types.length < 2) return types[0] ?? '';
  const choices = [
    { value: '', label: 'all' },
    ...types.map((type) => ({
      value: type,
      label: type,
      hint: meaningOf[type] ?? countsText({ [type]: counts.get(type) ?? 0 }),
    })),
  ];
  return ask('Which profile?', choices, last.type);
}

/** What each type of profile answers. */
const meaningOf: Record<ProfileType, string> = {
  wall: 'how invocations spend their time',
  heap: 'which code holds memory',
  alloc: 'which code allocates memory',
  init: 'which modules make cold starts slow',
  wait: 'which operations invocations wait for',
  loop: 'which code holds the event loop',
  async: 'which operations are in flight',
  thread: 'which code starts threads and processes',
  worker: 'which code of worker threads takes time',
  gc: 'how long garbage collections pause invocations',
};

/** What can be chosen before a profile is here; of others the viewer knows. */
const sampleTypesOf: Record<ProfileType, Choice[]> = {
  wall: [
    { value: 'cpu', label: 'cpu', hint: 'processor time' },
    { value: 'wall', label: 'wall', hint: 'all time, waiting included' },
    { value: 'cost', label: 'cost', hint: 'the price of that time' },
  ],
  init: [
    { value: 'cpu', label: 'cpu', hint: 'processor time' },
    { value: 'wall', label: 'wall', hint: 'all time, waiting included' },
  ],
  worker: [
    { value: 'cpu', label: 'cpu', hint: 'processor time' },
    { value: 'wall', label: 'wall', hint: 'all time, waiting included' },
  ],
};

async function askSampleType(type: ProfileType, ask: Ask, last: Partial<Answers>): Promise<string> {
  const choices = sampleTypesOf[type];
  return choices ? ask('Rank by which value?', choices, last.sampleType) : '';
}

/** The command line that does without the questions. */
export function commandLine({ cached, stack, region, function: fn, type, sampleType }: Answers): string {
  const flags: [flag: string, value: string][] = [
    ['stack', stack],
    ['region', cached ? '' : region],
    ['function', fn],
    ['type', type],
    ['sample-type', sampleType],
  ];
  const set = flags.flatMap(([flag, value]) => (value === '' ? [] : [`--${flag} ${value}`]));
  return ['profiled-fn fetch', ...(cached ? ['--cached'] : []), ...set].join(' ');
}
