/** The value of a JSON text, or `undefined` (which no JSON text means) where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The JSON text of a value that was read from JSON.
 *
 * @returns `undefined` where it is nested too deeply: JSON is read to any depth, but written by recursion
 */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Whether the value is an object with members: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The size of the text in UTF-8. Counted by hand, because `TextEncoder` is not part of the language. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    const pair = unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1));
    if (pair) index++; // two units, four bytes
    bytes += unit < 0x800 ? 1 : 2;
  }
  return bytes;
}

/** Whether the text has more bytes in UTF-8 than that. Only a text that may have them is counted. */
export function isLargerThan(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && byteLength(text) > bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
