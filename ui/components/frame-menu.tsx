import { copyText } from '../clipboard';
import { frameId } from '../flame/navigation';
import { labelOf } from '../graph';
import { exactQuery } from '../search';
import { stackText } from '../stack-text';
import type { ViewState } from '../view-state';
import type { FrameMenuPlace, Viewer } from '../viewer';
import { Menu, type MenuAction } from './menu';

/** What can be done with a frame: opened by a right click, or with the key m. */
export function FrameMenu({ viewer }: { viewer: Viewer }) {
  const place = viewer.menu.value;
  if (!place) return null;
  return (
    <Menu
      label={labelOf(place.graph, place.node)}
      place={place}
      actions={actions(viewer, place)}
      onClose={() => {
        viewer.menu.value = undefined;
      }}
    />
  );
}

function actions(viewer: Viewer, { graph, node }: FrameMenuPlace): MenuAction[] {
  if (node === 0) return [{ label: 'Reset zoom', run: () => viewer.zoom(0) }];
  const frame = graph.tree.frames[graph.tree.frame[node]];
  const query = exactQuery(frame.name);
  const choose = (label: string, patch: Partial<ViewState>): MenuAction => ({ label, run: () => viewer.update(patch) });
  return [
    choose('Callers and callees', { view: 'function', chosenFrame: frameId(frame) }),
    ...(frame.file === ''
      ? []
      : [choose('Show the source', { view: 'source', file: frame.file, line: lineOf(frame) })]),
    choose('Focus: only stacks with this function', { focus: query, zoom: '' }),
    choose('Ignore: no stacks with this function', { ignore: query, zoom: '' }),
    choose('Hide this function', { hide: query, zoom: '' }),
    choose('Show stacks from this function on', { showFrom: query, zoom: '' }),
    choose('Search for this function', { search: query }),
    { label: 'Copy the name', run: () => void copyText(frame.name) },
    { label: 'Copy the stack', run: () => void copyText(stackText(graph, node)) },
  ];
}

function lineOf({ line }: { line: number }): string {
  return line > 0 ? String(line) : '';
}
