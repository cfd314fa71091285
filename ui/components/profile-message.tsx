import { displayText } from '../text';
import { countFilters } from '../view-state';
import type { Viewer } from '../viewer';

/** Why there is nothing to draw, and what to do. */
export interface Problem {
  kind: 'waiting' | 'empty' | 'error';
  title: string;
  detail: string;
}

/** What keeps the viewer from drawing the chosen profile; nothing if it can. */
export function problemOf(viewer: Viewer): Problem | undefined {
  const loading = viewer.loading.value;
  if (loading.status === 'loading') return { kind: 'waiting', title: 'Loading the profile…', detail: '' };
  if (loading.status === 'none') {
    return {
      kind: 'empty',
      title: 'There is no profile',
      detail: 'Invoke the function, wait for its first snapshot, and run profiled-fn fetch.',
    };
  }
  if (loading.status === 'failed') {
    return { kind: 'error', title: 'This profile cannot be shown', detail: loading.message };
  }
  const graph = viewer.graph.value;
  if (graph && graph.tree.weight[0] > 0) return undefined;
  const value = loading.profile.sampleTypes[viewer.valueIndex.value];
  if (loading.profile.table.size === 0 || !value) {
    return {
      kind: 'empty',
      title: 'This profile is empty',
      detail: 'It was taken, but holds no sample: the function did no work in that time.',
    };
  }
  if (countFilters(viewer.state.value) > 0) {
    return { kind: 'empty', title: 'No sample passes the filters', detail: 'Clear one of them to see more.' };
  }
  return {
    kind: 'empty',
    title: `No sample has a value of ${displayText(value.type)}`,
    detail: 'Choose another value above.',
  };
}

export function ProfileMessage({ problem }: { problem: Problem }) {
  return (
    <div class={`message message-${problem.kind}`} role={problem.kind === 'error' ? 'alert' : 'status'}>
      <p class="message-title">{problem.title}</p>
      {problem.detail !== '' && <p>{problem.detail}</p>}
    </div>
  );
}
