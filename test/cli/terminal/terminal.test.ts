import { describe, expect, it } from 'vitest';
import { terminalOf } from '../../../cli/terminal/terminal';

const tty = { stdin: { isTTY: true }, stdout: { isTTY: true, columns: 90 }, stderr: { isTTY: true } };
const pipes = { stdin: {}, stdout: {}, stderr: {} };

describe('terminalOf', () => {
  it('asks, colours and draws progress on a terminal', () => {
    expect(terminalOf(tty, {})).toEqual({ interactive: true, progress: true, color: true, width: 90 });
  });

  it('takes a terminal that does not know its width for one of 80 columns', () => {
    for (const columns of [0, undefined]) {
      expect(terminalOf({ ...tty, stdout: { isTTY: true, columns } }, {}).width).toBe(80);
    }
  });

  it('does none of it in a pipe, and cuts no lines there', () => {
    expect(terminalOf(pipes, {})).toEqual({
      interactive: false,
      progress: false,
      color: false,
      width: Number.POSITIVE_INFINITY,
    });
  });

  it('never asks where CI is set', () => {
    expect(terminalOf(tty, { CI: 'true' })).toMatchObject({ interactive: false, progress: false });
    expect(terminalOf(tty, { CI: 'false' })).toMatchObject({ interactive: true });
  });

  it('respects NO_COLOR', () => {
    expect(terminalOf(tty, { NO_COLOR: '1' }).color).toBe(false);
    expect(terminalOf(tty, { NO_COLOR: '' }).color).toBe(true);
  });

  it('still asks where only the result goes into a pipe', () => {
    expect(terminalOf({ ...tty, stdout: {} }, {})).toMatchObject({ interactive: true, color: false });
  });
});
