/**
 * Whether `pattern`, in which `*` stands for any characters and `?` for one, matches all of `text`. Slashes and colons
 * are characters like others, as in IAM.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  // Backtracking to the last star alone is enough, so no pattern makes this slow as a regular expression might be.
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
