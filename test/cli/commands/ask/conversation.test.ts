import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Answers, readAnswers, saveAnswers } from '../../../../cli/commands/ask/answers';
import {
  type Ask,
  commandLine,
  converse,
  type KnownStack,
  type World,
} from '../../../../cli/commands/ask/conversation';
import { choose } from '../../../../cli/terminal/prompts';
import { folderOfTest } from '../../../support/temporary-folder';

function stack(name: string, functions: Record<string, Record<string, number>>, region = 'eu-central-1'): KnownStack {
  const names = Object.keys(functions);
  return {
    stack: {
      name,
      account: '123456789012',
      region,
      stores: [{ bucket: 'b', prefix: 'profiled-fn' }],
      functions: names.map((each) => ({ name: each, lambdaName: each })),
      sourceMaps: [],
    },
    inventory: async () =>
      names.map((each) => ({ function: each, lambdaName: each, snapshots: functions[each] ?? {}, instances: 1 })),
  };
}

const orders = stack('Orders', { Checkout: { wall: 3, heap: 1 }, Report: { wall: 2, 'custom.misses': 5 } });
const invoices = stack('Invoices', { Render: { heap: 2 } });
const latest = new Date('2026-11-22T10:30:00Z');

/** Answers each question with what is given for it, or else with Enter; tells what was asked. */
function scripted(answers: Record<string, string>): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  const ask: Ask = async (question, choices, initial) => {
    const values = choices.map(({ value }) => value);
    const enter = initial !== undefined && values.includes(initial) ? initial : values[0];
    asked.push(`${question} ${choices.map(({ label, hint }) => (hint ? `${label} (${hint})` : label)).join(' | ')}`);
    const wanted = Object.entries(answers).find(([start]) => question.startsWith(start))?.[1] ?? enter;
    expect(values).toContain(wanted);
    return wanted;
  };
  return { ask, asked };
}

const deployed = (...stacks: KnownStack[]): World => ({ deployed: async () => stacks });

describe('converse', () => {
  it('asks from the large to the small', async () => {
    const { ask, asked } = scripted({
      'Which stack?': 'Orders in eu-central-1',
      'Which function?': 'Checkout',
      'Which profile?': 'wall',
      'Rank by': 'cost',
    });
    expect(await converse(deployed(invoices, orders), ask, {})).toEqual({
      cached: false,
      stack: 'Orders',
      region: 'eu-central-1',
      function: 'Checkout',
      type: 'wall',
      sampleType: 'cost',
    });
    expect(asked).toEqual([
      'Which stack? (account 123456789012, region eu-central-1) Invoices (Render) | Orders (Checkout, Report)',
      'Which function? all | Checkout (3 wall, 1 heap) | Report (2 wall, 5 custom.misses)',
      'Which profile? all | wall (how invocations spend their time) | heap (which code holds memory)',
      'Rank by which value? cpu (processor time) | wall (all time, waiting included) | cost (the price of that time)',
    ]);
  });

  it('does not ask what has one answer only', async () => {
    const { ask, asked } = scripted({});
    const answers = await converse(deployed(invoices), ask, {});
    expect(asked).toEqual([]);
    expect(answers).toMatchObject({ stack: 'Invoices', function: 'Render', type: 'heap', sampleType: '' });
  });

  it('names account and region also where there is one stack only', async () => {
    const { ask, asked } = scripted({});
    await converse(deployed(orders), ask, {});
    expect(asked[0]).toMatch(/^Which function of Orders \(account 123456789012, region eu-central-1\)\? all \| /);
  });

  it('takes all where Enter is all that is answered', async () => {
    const answers = await converse(deployed(orders), scripted({}).ask, {});
    expect(answers).toMatchObject({ function: '', type: '', sampleType: '' });
  });

  it('answers Enter with what was chosen the last time, where there still is such', async () => {
    const last: Answers = {
      cached: false,
      stack: 'Orders',
      region: 'eu-central-1',
      function: 'Report',
      type: 'wall',
      sampleType: 'wall',
    };
    expect(await converse(deployed(invoices, orders), scripted({}).ask, last)).toEqual(last);
    expect(await converse(deployed(invoices), scripted({}).ask, last)).toMatchObject({ stack: 'Invoices' });
  });

  it('asks for what was fetched before only where something was, and then nothing of AWS', async () => {
    const world: World = {
      fetched: { stacks: [orders], latest },
      deployed: () => Promise.reject(new Error('AWS was asked')),
    };
    const { ask, asked } = scripted({ 'Which source': 'cached' });
    expect(await converse(world, ask, {})).toMatchObject({ cached: true, stack: 'Orders' });
    expect(asked[0]).toBe(
      'Which source? Current snapshots in AWS | Profiles of the last fetch (up to 2026-11-22 10:30 UTC)',
    );
    expect((await converse(world, scripted({}).ask, { cached: true })).cached).toBe(true);
    await expect(converse(world, scripted({}).ask, {})).rejects.toThrow('AWS was asked');
  });

  it('tells stacks of one name apart by their regions', async () => {
    const abroad = stack('Orders', { Checkout: { wall: 1 } }, 'us-east-1');
    const { ask, asked } = scripted({ 'Which stack?': 'Orders in us-east-1' });
    expect(await converse(deployed(orders, abroad), ask, {})).toMatchObject({ stack: 'Orders', region: 'us-east-1' });
    expect(asked[0]).toContain('Orders in eu-central-1 (Checkout, Report) | Orders in us-east-1 (Checkout)');
  });
});

describe('commandLine', () => {
  it('is what does without the questions', () => {
    const answers = { cached: false, stack: 'S', region: 'eu-west-1', function: 'F', type: 'wall', sampleType: 'cpu' };
    expect(commandLine(answers)).toBe(
      'profiled-fn fetch --stack S --region eu-west-1 --function F --type wall --sample-type cpu',
    );
    expect(commandLine({ ...answers, cached: true, function: '', type: '', sampleType: '' })).toBe(
      'profiled-fn fetch --cached --stack S',
    );
  });
});

describe('choose', () => {
  /** Asks on streams, presses these keys, and shows the answer or what it ended with. */
  async function answered(keys: string[], count: number, initial?: string): Promise<string> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const choices = Array.from({ length: count }, (_, i) => ({ value: `v${i}`, label: `Label ${i}` }));
    const answer = choose('Which?', choices, initial, { input, output: output.resume() });
    for (const key of keys) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      input.write(key);
    }
    return answer;
  }

  const [enter, down, ctrlC] = ['\r', '\x1b[B', '\x03'];

  it('gives the first or the last answer on Enter, and another one with the arrows', async () => {
    expect(await answered([enter], 3)).toBe('v0');
    expect(await answered([enter], 3, 'v2')).toBe('v2');
    expect(await answered([enter], 3, 'gone')).toBe('v0');
    expect(await answered([down, enter], 3)).toBe('v1');
  });

  it('narrows many down by what is typed', async () => {
    expect(await answered(['Label 37', enter], 40)).toBe('v37');
  });

  it('shows nothing of a question or an answer that a terminal obeys (R08)', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const hostile = '\x1b]0;title\x07\u009b31m\u202e';
    const answer = choose(`Which?${hostile}`, [{ value: 'v', label: `L${hostile}`, hint: hostile }], undefined, {
      input,
      output,
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    input.write(enter);
    await answer;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(String(output.read())).not.toMatch(/\x1b\]|\x07|\u009b|\u202e/);
  });

  it('ends the command on Ctrl-C', async () => {
    await expect(answered([ctrlC], 3)).rejects.toMatchObject({ message: 'Cancelled.', exitCode: 130 });
  });
});

describe('answers', () => {
  it('are kept in the folder of what is fetched, and forgotten where the file is damaged', async () => {
    const folder = folderOfTest('answers');
    expect(await readAnswers(folder)).toEqual({});
    const answers = { cached: true, stack: 'S', region: 'r', function: '', type: 'heap', sampleType: '' };
    await saveAnswers(folder, answers);
    expect(await readAnswers(folder)).toEqual(answers);
    for (const damaged of ['', '{"stack"', 'null', '7']) {
      await writeFile(join(folder, 'answers.json'), damaged);
      expect(await readAnswers(folder)).toEqual({});
    }
  });
});
