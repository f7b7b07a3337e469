/** The known name that was probably meant by the one that was given: the fewest edits away, and no more than half of its letters. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => [edits(given.toLowerCase(), name.toLowerCase()), name] as const);
  const [distance, name] = ranked.sort(([a], [b]) => a - b)[0] ?? [0, ""];
  return distance <= name.length / 2 ? name : undefined;
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
