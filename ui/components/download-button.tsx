import { type ReadonlySignal, useSignal } from '@preact/signals';
import { speedscopeFile } from '../../profile/export/speedscope';
import { flamePng, flameSvg, type Picture } from '../export/picture';
import { pprofFile, saveFile } from '../export/save';
import type { Theme } from '../palette';
import type { Viewer } from '../viewer';
import { describeFrame } from './frame-details';
import { Menu, type MenuAction } from './menu';

interface DownloadProps {
  viewer: Viewer;
  theme: ReadonlySignal<Theme>;
}

/** Saves the profile, and what is shown of it, as files. */
export function DownloadButton({ viewer, theme }: DownloadProps) {
  const place = useSignal<{ x: number; y: number } | undefined>(undefined);
  return (
    <>
      <button
        type="button"
        class="button"
        aria-haspopup="menu"
        aria-expanded={place.value !== undefined}
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          place.value = { x: left, y: bottom + 4 };
        }}
      >
        Download
      </button>
      {place.value && (
        <Menu
          label="Download"
          place={place.value}
          actions={downloads(viewer, theme.peek())}
          onClose={() => {
            place.value = undefined;
          }}
        />
      )}
    </>
  );
}

function downloads(viewer: Viewer, theme: Theme): MenuAction[] {
  const profile = viewer.profile.peek();
  const shown = viewer.shown.peek();
  const graph = viewer.graph.peek();
  if (!profile || !shown || !graph) return [];
  const source = viewer.data.profiles[viewer.profileIndex.peek()];
  const name = `${source.function}-${source.type}`;
  const picture: Picture = {
    graph,
    theme,
    zoomed: viewer.zoomed.peek(),
    matched: viewer.matched.peek(),
    rootBelow: viewer.rootBelow.peek(),
  };
  const describe = (node: number): string => {
    const details = describeFrame(viewer, graph, node);
    return `${details.name} ${details.place}\nself ${details.self}, total ${details.total}`;
  };
  const save = (ending: string, content: Promise<Blob>): void => {
    void content.then((blob) => saveFile(`${name}.${ending}`, blob));
  };
  const views = profile.sampleTypes.map(({ type, unit }, i) => ({
    name: `${source.function}: ${type}`,
    unit,
    values: shown.table.values[i],
  }));
  const text = (content: string, type: string) => Promise.resolve(new Blob([content], { type }));
  return [
    { label: 'The whole profile for pprof (.pb.gz)', run: () => save('pb.gz', pprofFile(source)) },
    {
      label: 'The shown part for speedscope (.json)',
      run: () =>
        save(
          'speedscope.json',
          text(JSON.stringify(speedscopeFile(source.function, shown.table, views)), 'application/json'),
        ),
    },
    { label: 'The flame graph as SVG', run: () => save('svg', text(flameSvg(picture, describe), 'image/svg+xml')) },
    { label: 'The flame graph as PNG', run: () => save('png', flamePng(picture)) },
  ];
}
