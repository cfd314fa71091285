import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../files/write-file';

/** What somebody wants to look at; the answers to the questions of the bare command. */
export interface Answers {
  /** What earlier fetches have downloaded, not what is in the buckets. */
  cached: boolean;
  stack: string;
  region: string;
  /** Empty: all. */
  function: string;
  /** Profile type; empty: all. */
  type: string;
  /** Empty: what the profile shows first. */
  sampleType: string;
}

const fileIn = (folder: string) => join(folder, 'answers.json');

/** The latest answers that were given in this folder: what Enter answers next time. What is damaged is forgotten. */
export async function readAnswers(folder: string): Promise<Partial<Answers>> {
  try {
    const answers: unknown = JSON.parse(await readFile(fileIn(folder), 'utf8'));
    return typeof answers === 'object' && answers !== null ? answers : {};
  } catch {
    return {};
  }
}

/** They belong to the project, so they are next to what is fetched, and not in the user's home. */
export async function saveAnswers(folder: string, answers: Answers): Promise<void> {
  await writeWhole(fileIn(folder), `${JSON.stringify(answers, undefined, 2)}\n`);
}
