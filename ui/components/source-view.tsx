import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { originOf } from '../../profile/analysis/origin';
import { shortenPath } from '../../profile/model/frame-name';
import { formatPercent } from '../../profile/model/value-format';
import { excerptOf } from '../source/excerpt';
import { fileValues, lineValues, type PlaceValue } from '../source/line-values';
import { displayText } from '../text';
import type { Viewer } from '../viewer';

/** Files to choose from. */
const MAX_FILES = 300;
/** What is longer is not written by hand, and makes a page slow. */
const MAX_COLUMNS = 400;

/** A file's lines with what they have; its text, if there is one. */
export function SourceView({ viewer }: { viewer: Viewer }) {
  const { file: wanted, line: wantedLine } = viewer.state.value;
  const files = useComputed(() => {
    const shown = viewer.shown.value;
    return shown ? sortedFiles(fileValues(shown.table, shown.weights.values)) : [];
  });
  const chosen =
    files.value.find(({ file }) => file === wanted)?.file ?? (wanted === '' ? files.value[0]?.file : undefined);
  const file = chosen ?? wanted;
  const lines = useMemo(() => {
    const shown = viewer.shown.value;
    return shown ? lineValues(shown.table, shown.weights.values, file) : new Map<number, PlaceValue>();
  }, [viewer.shown.value, file]);
  useEffect(() => viewer.loadSources(), [viewer, viewer.profileIndex.value]);
  const sources = viewer.sources.value;
  if (file === '') {
    return (
      <div class="message" role="status">
        <p class="message-title">No function has a file</p>
        <p>The profile shows only native code, or states of V8.</p>
      </div>
    );
  }
  return (
    <div class="source">
      <div class="source-head">
        <label class="field">
          <span class="field-label">File</span>
          <select value={file} onChange={(event) => viewer.update({ file: event.currentTarget.value, line: '' })}>
            {!chosen && <option value={file}>{displayText(shortenPath(file))}</option>}
            {files.value.slice(0, MAX_FILES).map((each) => (
              <option key={each.file} value={each.file}>
                {`${displayText(shortenPath(each.file))} – ${formatPercent(each.self, viewer.summary.value?.total ?? 0)} self`}
              </option>
            ))}
          </select>
        </label>
        {shortenPath(file) !== file && <span class="place">{displayText(file)}</span>}
      </div>
      <SourceLines
        key={file}
        viewer={viewer}
        lines={lines}
        text={sources?.get(file)}
        isLoading={sources === undefined}
        wantedLine={Number(wantedLine)}
      />
    </div>
  );
}

interface SourceLinesProps {
  viewer: Viewer;
  lines: ReadonlyMap<number, PlaceValue>;
  /** The file's; undefined: there is none, or not yet. */
  text: string | undefined;
  isLoading: boolean;
  /** 0: the one that has most. */
  wantedLine: number;
}

function SourceLines({ viewer, lines, text, isLoading, wantedLine }: SourceLinesProps) {
  const opened = useSignal<ReadonlySet<number>>(new Set());
  const body = useRef<HTMLDivElement>(null);
  const amount = viewer.amount.value;
  const whole = viewer.graph.value?.comparison?.total[0] ?? viewer.graph.value?.tree.weight[0] ?? 0;
  const code = useMemo(() => text?.split(/\r\n|\n|\r/), [text]);
  const known = [...lines.keys()].filter((line) => line > 0).sort((a, b) => a - b);
  const home = wantedLine > 0 ? wantedLine : hottestLine(lines);
  useEffect(() => {
    const row = body.current?.querySelector<HTMLElement>('[aria-current]');
    if (row && body.current) body.current.scrollTop = row.offsetTop - body.current.clientHeight / 3;
  }, [home, code, lines.size > 0]);
  const row = (line: number, content: ComponentChildren) => {
    const value = lines.get(line);
    return (
      <tr key={line} class={value ? 'hot' : undefined} aria-current={line === home ? 'true' : undefined}>
        <td class="value">{value && value.self !== 0 && amount(value.self)}</td>
        <td
          class="value share"
          style={{ '--share': String(value && whole > 0 ? Math.min(1, Math.max(0, value.self / whole)) : 0) }}
        >
          {value && value.self !== 0 && formatPercent(value.self, whole)}
        </td>
        <td class="value">{value && amount(value.total)}</td>
        <td class="line-number">
          <button type="button" class="line-link" onClick={() => viewer.update({ line: String(line) })}>
            {line}
          </button>
        </td>
        <td class="code">
          <code>{content}</code>
        </td>
      </tr>
    );
  };
  const stretches = code
    ? excerptOf(code.length, home > 0 ? [...known, home] : known, opened.value)
    : known.map((line) => ({ from: line, to: line, isShown: true }));
  return (
    <div class="source-lines" ref={body}>
      {!code && !isLoading && (
        <p class="source-note" role="status">
          The text of this file is not at hand. It comes with profiled-fn fetch, run where the app’s cdk.out is, if the
          function is bundled with source maps: bundling: {'{ sourceMap: true }'}.
        </p>
      )}
      <table>
        <caption class="visually-hidden">Lines</caption>
        <thead>
          <tr>
            <th scope="col" class="value" colSpan={2}>
              Self
            </th>
            <th scope="col" class="value">
              Total
            </th>
            <th scope="col" class="line-number">
              Line
            </th>
            <th scope="col">{code ? 'Source' : 'No text'}</th>
          </tr>
        </thead>
        <tbody>
          {stretches.flatMap(({ from, to, isShown }) =>
            isShown
              ? Array.from({ length: to - from + 1 }, (_, i) => row(from + i, cut(code?.[from + i - 1] ?? '')))
              : [
                  <tr key={`gap ${from}`} class="gap">
                    <td colSpan={5}>
                      <button
                        type="button"
                        class="link"
                        onClick={() => {
                          opened.value = new Set(opened.value).add(from);
                        }}
                      >
                        {to - from + 1} more lines
                      </button>
                    </td>
                  </tr>,
                ],
          )}
        </tbody>
      </table>
      <p class="source-note">
        Self times belong to the exact line. V8 does not report the line of a call: totals are at the function’s first
        line.
      </p>
    </div>
  );
}

/** The user's own first, then by what they have. */
function sortedFiles(values: ReadonlyMap<string, PlaceValue>): ({ file: string } & PlaceValue)[] {
  const isOwn = (file: string): number => Number(originOf('', file).kind === 'own');
  return [...values]
    .map(([file, value]) => ({ file, ...value }))
    .sort((a, b) => isOwn(b.file) - isOwn(a.file) || b.self - a.self || b.total - a.total);
}

function hottestLine(lines: ReadonlyMap<number, PlaceValue>): number {
  let hottest = 0;
  let most = 0;
  for (const [line, { self, total }] of lines) {
    const value = self || total * 1e-6;
    if (line > 0 && value > most) [hottest, most] = [line, value];
  }
  return hottest;
}

function cut(code: string): string {
  const text = displayText(code.replaceAll('\t', '  '));
  return text.length > MAX_COLUMNS ? `${text.slice(0, MAX_COLUMNS)}…` : text;
}
