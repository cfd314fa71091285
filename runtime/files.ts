/** Before the user's code can replace it: doubles of the file system come with some bundles. */
export { readFileSync } from 'node:fs';
