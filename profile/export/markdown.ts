import { buildCallTree, NONE } from '../analysis/call-tree';
import { costReport, costText } from '../analysis/cost-report';
import { isInvocationRecord } from '../analysis/invocation-records';
import { originOf } from '../analysis/origin';
import { outsideMainThreadText, timeOutsideMainThreadOf } from '../analysis/process-time';
import { type TopRow, topFunctions } from '../analysis/top';
import { shortenPath } from '../model/frame-name';
import type { Frame } from '../model/frame-table';
import type { Profile } from '../model/profile';
import { formatPercent, formatValue } from '../model/value-format';
import { frameOf } from './cpuprofile';

/** What a page is at most, bytes: it is to be read in full, and pull requests and language models pay for length. */
export const maxMarkdownBytes = 8 * 1024;

/** Rows of a table, as long as the page does not become too large. */
const mostRows = 12;
const longestName = 70;

/**
 * What `profile` says on one page: facts, functions by self and by total value, the heaviest path through the user's own
 * code, the hottest lines, and what to look at next. Names are text from elsewhere: they stand in code spans, cut short.
 *
 * @param title - what the profile is of
 */
export function toMarkdown(profile: Profile, sampleTypeIndex: number, title: string): string {
  for (let rows = mostRows; rows > 1; rows--) {
    const page = pageOf(profile, sampleTypeIndex, title, rows);
    if (new TextEncoder().encode(page).length <= maxMarkdownBytes) return page;
  }
  return pageOf(profile, sampleTypeIndex, title, 1);
}

function pageOf(profile: Profile, sampleTypeIndex: number, title: string, rows: number): string {
  const { type = 'samples', unit = '' } = profile.sampleTypes[sampleTypeIndex] ?? {};
  const { total, rows: functions } = topFunctions(profile, sampleTypeIndex);
  const byTotal = [...functions].sort((a, b) => bySize(a.total, b.total) || bySize(a.self, b.self));
  const value = (part: number) => [formatValue(part, unit), formatPercent(part, total)];
  const row = (fn: TopRow) => [...value(fn.self), ...value(fn.total), code(fn.name), code(placeOf(fn))];
  const titles = [`${type} self`, '%', `${type} total`, '%', 'function', 'place'];
  const ranked = functions.filter((fn) => fn.self !== 0).slice(0, rows);
  const lines = hotLines(profile, sampleTypeIndex).slice(0, rows);
  const path = heaviestPath(profile, sampleTypeIndex).slice(0, rows * 2);
  return [
    `# ${code(title)}: ${type}`,
    '',
    ...factsOf(profile).map((fact) => `- ${fact}`),
    '',
    ...(total === 0
      ? [`There is no ${type} in this profile.`, '']
      : [
          '## Functions by self value',
          '',
          ...table(titles, ranked.map(row)),
          '## Functions by total value',
          '',
          ...table(titles, byTotal.slice(0, rows).map(row)),
          '## Heaviest path, own code only',
          '',
          ...path.map(
            ({ frame, value: part }) => `- ${value(part).join(', ')}: ${code(frame.name)} ${code(placeOf(frame))}`,
          ),
          ...(path.length === 0 ? ['No function of the own code is on it.'] : []),
          '',
          '## Hottest lines',
          '',
          ...table(
            [`${type} self`, '%', 'line', 'function'],
            lines.map((line) => [...value(line.value), code(line.place), code(line.name)]),
          ),
        ]),
    ...next(ranked[0], type),
    '',
  ].join('\n');
}

function factsOf(profile: Profile): string[] {
  const totals = profile.sampleTypes.map(
    ({ type, unit }, i) =>
      `${type} ${formatValue(
        profile.samples.reduce((sum, { values }) => sum + Number(values[i]), 0),
        unit,
      )}`,
  );
  const invocations = profile.samples.filter(isInvocationRecord).length;
  const stacks = profile.samples.length - invocations;
  const cost = costReport(profile);
  const outside = timeOutsideMainThreadOf(profile);
  const start = profile.timeNanos === 0 ? [] : [`from ${new Date(Number(profile.timeNanos) / 1e6).toISOString()}`];
  return [
    ...start,
    totals.join(', '),
    `${stacks.toLocaleString('en-US')} different stacks${invocations > 0 ? `, ${invocations.toLocaleString('en-US')} invocations recorded` : ''}`,
    ...(cost ? [`cost of the time: ${costText(cost)}`] : []),
    ...(outside > 0 ? [outsideMainThreadText(outside)] : []),
    ...profile.comments.slice(0, 3).map((comment) => code(comment)),
  ];
}

function hotLines(profile: Profile, index: number): { place: string; name: string; value: number }[] {
  const lines = new Map<string, { place: string; name: string; value: number }>();
  for (const { locations, values } of profile.samples) {
    const leaf = locations[0]?.lines[0];
    if (!leaf || leaf.line === 0 || leaf.fn.filename === '') continue;
    const place = `${shortenPath(leaf.fn.filename)}:${leaf.line}`;
    const known = lines.get(place) ?? { place, name: leaf.fn.name, value: 0 };
    known.value += Number(values[index]);
    lines.set(place, known);
  }
  return [...lines.values()].filter(({ value }) => value !== 0).sort((a, b) => bySize(a.value, b.value));
}

/** The larger one first, also of what is negative in a difference. */
function bySize(a: number, b: number): number {
  return Math.abs(b) - Math.abs(a);
}

/** From the root always to the child with the greatest weight; of these the user's own functions. */
function heaviestPath(profile: Profile, index: number): { frame: Frame; value: number }[] {
  const tree = buildCallTree(profile, index);
  const path: { frame: Frame; value: number }[] = [];
  for (let node = tree.firstChild[0]; node !== NONE; node = tree.firstChild[node]) {
    const frame = frameOf(tree, node);
    if (originOf(frame.name, frame.file).kind === 'own') path.push({ frame, value: tree.total[node] });
  }
  return path;
}

function next(hottest: TopRow | undefined, type: string): string[] {
  if (!hottest) return ['Next: fetch more, `profiled-fn fetch`, or another sample type, `--sample-type`.'];
  const pattern = hottest.name.replace(/[^A-Za-z0-9_$ ]/g, '.');
  return [
    '## Next',
    '',
    `- who calls the hottest function: \`profiled-fn top FILE --sample-type ${type} --focus ${quoted(pattern)}\``,
    '- cold starts, or failures, alone: `--cold-start`, `--errors`',
    '- changes: `profiled-fn diff OLD NEW`',
    '- all of it: `profiled-fn view FILE`',
  ];
}

function quoted(text: string): string {
  return `'${shortened(text).replace(/[`']/g, '.')}'`;
}

function table(titles: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line), ''];
}

function placeOf({ file, line }: Frame): string {
  const path = shortenPath(file);
  return path !== '' && line > 0 ? `${path}:${line}` : path;
}

/** Text from elsewhere as a code span of a table: nothing in it is markup. */
function code(text: string): string {
  const plain = shortened(text).replace(/`/g, "'").replace(/\|/g, '¦');
  return plain === '' ? '' : `\`${plain}\``;
}

/** One line, the end of it where it is too long: of paths this is what tells. */
function shortened(text: string): string {
  const characters = [...text.replace(/[\s\p{C}]+/gu, ' ').trim()];
  return characters.length <= longestName ? characters.join('') : `…${characters.slice(1 - longestName).join('')}`;
}
