// Loads merge-worker.ts where the sources are run as they are, as in tests; what is bundled has no need of it.
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register } from 'tsx/esm/api';

registerCommonJs();
register();
await import('./merge-worker.ts');
