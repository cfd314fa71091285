import { expect, it } from 'vitest';
import { browserCommand } from '../../../cli/viewer/open-browser';

it("uses each platform's own command", () => {
  const url = 'http://localhost:8080';
  expect(browserCommand('linux', url)).toEqual(['xdg-open', url]);
  expect(browserCommand('darwin', url)).toEqual(['open', url]);
  expect(browserCommand('win32', url)).toEqual(['cmd', '/c', 'start', '""', url]);
});
