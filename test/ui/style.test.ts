import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ui = join(import.meta.dirname, '../../ui');

it('style.css imports the styles of all components, each once', () => {
  const imported = Array.from(
    readFileSync(join(ui, 'style.css'), 'utf8').matchAll(/@import "\.\/(.*)";/g),
    ([, file]) => file,
  );
  const files = readdirSync(ui, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));
  expect(imported.sort()).toEqual(files.filter((file) => file !== 'style.css').sort());
});
