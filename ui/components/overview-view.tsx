import { frameId } from '../flame/navigation';
import { type Costly, overviewOf } from '../overview';
import type { Viewer } from '../viewer';

/** The profile in sentences, and the functions that cost most; each leads to its callers and callees. */
export function OverviewView({ viewer }: { viewer: Viewer }) {
  const shown = viewer.shown.value;
  const graph = viewer.graph.value;
  const summary = viewer.summary.value;
  const profile = viewer.profile.value;
  if (!shown || !graph || !summary || !profile) return null;
  const { sampleTypes } = profile;
  const labels = viewer.labelGroups.value;
  const { sentences, costly, changed } = overviewOf({
    shown,
    graph,
    summary,
    labels,
    sampleTypes,
    amount: viewer.amount.value,
  });
  return (
    <div class="overview">
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <FunctionList viewer={viewer} title="Largest changes of self" functions={changed} />
      <FunctionList viewer={viewer} title="Largest self values" functions={costly} />
    </div>
  );
}

interface FunctionListProps {
  viewer: Viewer;
  title: string;
  functions: readonly Costly[];
}

function FunctionList({ viewer, title, functions }: FunctionListProps) {
  if (functions.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ol>
        {functions.map(({ name, place, amounts, rawName, file, line }) => (
          <li key={`${name} ${place}`}>
            <button
              type="button"
              class="function-name"
              onClick={() => viewer.update({ view: 'function', chosenFrame: frameId({ name: rawName, file, line }) })}
            >
              {name}
            </button>
            <span class="place">{place}</span>
            <span class="numbers">{amounts.join(', ')}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
