import { expect, it } from 'vitest';
import { summarizeMatches } from '../../../ui/flame/matches';
import { matchFrames, parseQuery } from '../../../ui/search';
import { treeOf } from './support/trees';

const tree = treeOf(['main;parse;read;parse', 4], ['main;parse', 2], ['main;render;parse', 1], ['main;send', 3]);
const search = (text: string) => summarizeMatches(tree, matchFrames(parseQuery(text), tree.frames));

it('the matched frames have what they and all below them have', () => {
  expect(search('render')).toEqual({ functions: 1, total: 1 });
  expect(search('main')).toEqual({ functions: 1, total: 10 });
});

it('a matched frame below a matched one is not counted again', () => {
  expect(search('parse')).toEqual({ functions: 1, total: 7 });
  expect(search('/parse|read/')).toEqual({ functions: 2, total: 7 });
});

it('nothing matches nothing', () => {
  expect(search('absent')).toEqual({ functions: 0, total: 0 });
  expect(search('')).toEqual({ functions: 0, total: 0 });
});
