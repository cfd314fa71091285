import { describe, expect, it } from 'vitest';
import { ORIGIN_LABELS, type OriginKind } from '../../profile/analysis/origin';
import { FLAME_COLORS, frameColor, kindColors, type Theme, textHash } from '../../ui/palette';

const KINDS = Object.keys(ORIGIN_LABELS) as OriginKind[];

/** WCAG's contrast of two colours, 1 to 21. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe.each<Theme>(['light', 'dark'])('in the %s theme', (theme) => {
  const colors = FLAME_COLORS[theme];

  it('text is legible on every frame', () => {
    for (const kind of KINDS) {
      for (let i = 0; i < 300; i++) {
        const color = frameColor(theme, { kind, package: `package-${i}` }, `function${i}`);
        expect(color).toMatch(/^#[0-9a-f]{6}$/);
        expect(contrast(color, colors.text), `${kind} ${color}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('text is legible on faded and matching frames', () => {
    expect(contrast(colors.faded, colors.fadedText)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colors.match, colors.matchText)).toBeGreaterThanOrEqual(4.5);
  });

  it('a package has one hue wherever it is met, and kinds are told apart', () => {
    const s3 = { kind: 'dependency', package: '@aws-sdk/client-s3' } as const;
    expect(frameColor(theme, s3, 'send')).toBe(frameColor(theme, { ...s3 }, 'send'));
    expect(new Set(KINDS.map((kind) => kindColors(theme, kind)[1])).size).toBe(KINDS.length);
  });
});

it('names that differ little get hashes that differ much', () => {
  const hues = new Set(Array.from({ length: 100 }, (_, i) => Math.floor(textHash(`package-${i}`) / 2 ** 28)));
  expect(hues.size).toBeGreaterThan(12);
});
