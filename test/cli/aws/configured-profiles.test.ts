import { expect, it } from 'vitest';
import { profilesOfConfig, profilesOfCredentials } from '../../../cli/aws/configured-profiles';

it('finds the profiles of a configuration file, and takes other sections for none', () => {
  const text = `
[default]
region = eu-central-1
[profile production]
sso_session = corp
# [profile commented]
[profile "with space"]
  [profile indented]
[sso-session corp]
[services local]
`;
  expect(profilesOfConfig(text)).toEqual(['default', 'production', 'with space', 'indented']);
});

it('takes every section of a credentials file for a profile', () => {
  expect(profilesOfCredentials('[default]\naws_access_key_id = x\n[ci]\n')).toEqual(['default', 'ci']);
});
