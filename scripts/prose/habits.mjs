/**
 * Habits of prose that this project has dropped, and what to write in their place. A pattern sees one sentence, whose
 * code is `x`. A habit that other texts may have (`only`) is looked for in paragraphs, not in table cells or headings.
 *
 * @type {ReadonlyArray<{ name: string, pattern: RegExp, instead: string, only?: 'paragraph' }>}
 */
export const habits = [
  {
    name: 'lies',
    pattern: /\b(?:lies|lie|lay|stands?(?!-| in\b)|stood)\b/i,
    instead: '"is", "are", "was", or the verb that says more',
  },
  { name: 'tells', pattern: /\b(?:tells?|told)\b/i, instead: '"shows", "reports", "says"' },
  { name: 'us', pattern: /\b(?:us|ours?|we)\b(?!-)/, instead: 'the name of the part: "the sampler", "the command"' },
  {
    name: 'what',
    pattern: /\bwhat\b(?!-)(?! to\b)(?!.*\?$)/i,
    instead: 'the noun: "the time that", "the code that"',
  },
  {
    name: 'where',
    pattern:
      /^Where\b(?!.*\?$)|\b(?:and|or|but|only|except|also|even) where\b|\bwhere (?:there|it|that|they) (?:is|are)\b/,
    instead: '"if" or "when"',
  },
  {
    name: 'inversion',
    pattern:
      /^(?:Of (?!course)|Nor |So (?:do|does|is|are|has|have)\b)|[,;:] of [^,;]+, (?!and |or |but )[^,;]+ (?:is|has|are|have)\b/,
    instead: 'subject, verb, object',
  },
  {
    name: 'nobody',
    pattern: /\b(?:nobody|no one|whoever|wherever|whatever|whichever)\b/i,
    instead: 'who or which one it is',
  },
  {
    name: 'own',
    pattern: /\b(?:of (?:its|your|their|one's|one’s) own|one's own|one’s own)\b/i,
    instead: '"your bucket", "a separate one"',
  },
  { name: 'leave', pattern: /\b(?:gets?|has|have|needs?|with|without|gives?|given) leave\b/i, instead: '"permission"' },
  { name: 'some', pattern: /\bsome \d/i, instead: '"about"' },
  { name: 'beside', pattern: /\bbeside\b/i, instead: '"next to", "in addition to", "compared with"' },
  {
    name: 'dead phrase',
    pattern: /\b(?:has gone|have gone|is there already|it is no|as it were|goes? on\b|for itself|comes? to hand)\b/i,
    instead: 'a plain verb',
  },
  {
    name: 'duration bucket',
    pattern: /\b(?:duration|age)s? (?:of (?:a|the) )?buckets?\b|\bbuckets? of (?:durations?|ages?)\b/i,
    instead: '"range"; a bucket is one of S3',
  },
  { name: 'merged file', pattern: /\b(?:merged|consolidated) files?\b/i, instead: '"merged profile"' },
];
