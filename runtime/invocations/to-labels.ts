import type { Label } from '../../profile/model/profile';
import type { UserLabels } from './user-labels';

export function toLabels(labels: UserLabels): Label[] {
  return Object.entries(labels).map(([key, str]) => ({ key, str }));
}
