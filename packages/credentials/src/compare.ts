/**
 * Whether the text from a place on is that string, in a time that depends on their lengths alone and so tells nothing about where
 * they differ.
 *
 * @param from where in the text; its beginning if not given. To compare in place is cheaper than to compare a slice
 */
export function equalInConstantTime(text: string, expected: string, from = 0): boolean {
  if (text.length - from !== expected.length) return false;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    difference |= text.charCodeAt(from + index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}
