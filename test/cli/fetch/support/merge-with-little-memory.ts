/** Merges a snapshot in a thread whose own limit of memory is far too low, and says what came of it. */
import { mergeInWorker } from '../../../../cli/fetch/merging';
import { packed, wallProfile } from '../../support/profiles';

const merging = mergeInWorker({}, { maxOldGenerationSizeMb: 6, maxYoungGenerationSizeMb: 1 });
const snapshot = { key: 'k', function: 'f', type: 'wall', instance: 'i', metadata: {}, bytes: packed(wallProfile()) };
merging
  .add(snapshot)
  .then(
    () => 'merged',
    (error: Error) => error.message,
  )
  .then((outcome) => process.stdout.write(outcome))
  .finally(() => merging.close());
