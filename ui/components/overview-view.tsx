import { frameId } from '../flame/navigation';
import { overviewOf } from '../overview';
import type { Viewer } from '../viewer';

/** The profile in sentences, and the functions that cost most; each leads to its callers and callees. */
export function OverviewView({ viewer }: { viewer: Viewer }) {
  const shown = viewer.shown.value;
  const graph = viewer.graph.value;
  const summary = viewer.summary.value;
  const value = viewer.profile.value?.sampleTypes[viewer.valueIndex.value];
  if (!shown || !graph || !summary || !value) return null;
  const { sentences, costly } = overviewOf(shown, graph, summary, viewer.labelGroups.value, value);
  return (
    <div class="overview">
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {costly.length > 0 && (
        <>
          <h2>What cost most by itself</h2>
          <ol>
            {costly.map(({ name, place, cost, share, rawName, file, line }) => (
              <li key={`${name} ${place}`}>
                <button
                  type="button"
                  class="function-name"
                  onClick={() =>
                    viewer.update({ view: 'function', chosenFrame: frameId({ name: rawName, file, line }) })
                  }
                >
                  {name}
                </button>
                <span class="place">{place}</span>
                <span class="numbers">
                  {cost}, {share}
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}
