import { outsideMainThreadText } from '../../profile/analysis/process-time';
import { formatPercent, formatValue } from '../../profile/model/value-format';
import { displayText } from '../text';
import type { Viewer } from '../viewer';

const TIME: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'medium' };

/** The profile in one line. */
export function SummaryLine({ viewer }: { viewer: Viewer }) {
  const summary = viewer.summary.value;
  const profile = viewer.profile.value;
  const value = profile?.sampleTypes[viewer.valueIndex.value];
  if (!summary || !value) return null;
  const { total, samples, startMillis, durationNanos, idleShare, gcShare, outsideMainThread } = summary;
  const parts = [
    `${viewer.amount.value(total)} ${displayText(value.type)}`,
    `${samples.count.toLocaleString('en')} ${samples.of}`,
  ];
  if (idleShare > 0) parts.push(`${formatPercent(idleShare, 1)} idle`);
  if (gcShare > 0) parts.push(`${formatPercent(gcShare, 1)} garbage collection`);
  if (outsideMainThread > 0) parts.push(outsideMainThreadText(outsideMainThread));
  if (durationNanos > 0) parts.push(`${formatValue(durationNanos, 'nanoseconds')} profiled`);
  if (startMillis > 0) parts.push(`from ${new Date(startMillis).toLocaleString('en-GB', TIME)}`);
  if (profile.selection !== '') parts.push(`only ${displayText(profile.selection)}`);
  if (profile.frames !== '') parts.push(profile.frames);
  return (
    <div class="summary-row">
      <ul class="summary" aria-label="Summary">
        {parts.map((part) => (
          <li key={part}>{part}</li>
        ))}
      </ul>
      <PerInvocation viewer={viewer} />
    </div>
  );
}

/** Divides values by the number of invocations, where the profile tells it. */
function PerInvocation({ viewer }: { viewer: Viewer }) {
  const { count } = viewer.invocations.value;
  if (count === 0) return null;
  return (
    <label class="toggle" title={`Values divided by the ${count.toLocaleString('en')} invocations that are shown`}>
      <input
        type="checkbox"
        checked={viewer.state.value.perInvocation}
        onChange={() => viewer.update({ perInvocation: !viewer.state.peek().perInvocation })}
      />
      Per invocation
    </label>
  );
}
