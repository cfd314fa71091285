import nlp from 'compromise/two';
import retextIndefiniteArticle from 'retext-indefinite-article';
import retextRepeatedWords from 'retext-repeated-words';
import { unified } from 'unified';
import { figuresOf, isReadable, longestSentence, longSentence, wordsIn } from './figures.mjs';
import { habits } from './habits.mjs';
import { messagesOf } from './messages.mjs';
import { sentencesOf, textsOf } from './sentences.mjs';

/** Verbs that the tagger takes for nouns. */
const verbs =
  /\b(?:\w+ed|accesses|bills|report|compares?|counts?|defaults?|fails|gets?|helps|holds|needs|profiles|queries|records?|runs|shares?|samples|sets?|shows?|uploads|writes)\b/;

const rules = unified().use(retextRepeatedWords).use(retextIndefiniteArticle);

/** Adds a message to the file for each habit and each sentence that is too long, and returns the figures of its lengths. */
export async function check(file) {
  const texts = textsOf(file);
  for (const { tree } of texts) await rules.run(tree, file);
  const sentences = texts.flatMap(sentencesOf);
  for (const sentence of sentences) checkSentence(file, sentence);

  const running = sentences.filter(({ kind }) => kind === 'paragraph').map((sentence) => wordsIn(sentence.text));
  const figures = figuresOf(running);
  const most = isReadable(figures) ? longestSentence : longSentence;
  for (const { node, text } of sentences.filter(({ text }) => wordsIn(text) > most)) {
    file.message(`${wordsIn(text)} words: split the sentence`, { place: node.position, ruleId: 'length' });
  }
  return figures;
}

/** Adds a message to the file for each habit in texts of source code. */
export function checkMessages(file) {
  for (const { text, line } of messagesOf(file.path, String(file))) {
    for (const sentence of text.split(/(?<=[.?!:])\s+/)) {
      for (const { name, reason } of brokenHabits(sentence))
        file.message(reason, { place: { line, column: 1 }, ruleId: name });
    }
  }
}

function checkSentence(file, { kind, node, prose }) {
  const complain = (reason, ruleId) => file.message(reason, { place: node.position, ruleId });
  for (const { name, reason } of brokenHabits(prose)) complain(reason, name);
  if (kind === 'paragraph' && lacksVerb(prose)) complain(`"${excerpt(prose)}" has no verb`, 'verb');
}

function brokenHabits(sentence) {
  return habits.flatMap(({ name, pattern, instead }) => {
    const found = pattern.exec(sentence);
    return found ? [{ name, reason: `"${excerpt(found[0])}": write ${instead}` }] : [];
  });
}

/** A title in bold (`Least privilege.`) and a name with its value (`Licence: MIT.`) need none. */
function lacksVerb(prose) {
  return /^[^:]*[.!]$/.test(prose) && wordsIn(prose) > 2 && !verbs.test(prose) && !nlp(prose).has('#Verb');
}

function excerpt(text) {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
