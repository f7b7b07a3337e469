/** The parameters of a request by their names, decoded. Where one was given several times, the first counts. */
export interface Params {
  /** @param name in lower case */
  get(name: string): string | undefined;
}

/** What stands between the parameters that are signed and their signature, where that stands last. */
export const beforeSignature = "&auth_signature=";

/**
 * The query string of a signed request.
 *
 * Nearly all come with nothing escaped and are asked for a handful of names, on the path of every publish: those are looked up in
 * the text. Only what is escaped, or is not found, makes it take the text apart.
 */
export class Query implements Params {
  readonly #text: string;
  readonly #escaped: boolean;
  #pairs: readonly (readonly [string, string])[] | undefined;

  /**
   * @param text as it stood in the request line, without the question mark
   * @throws URIError if a percent sign escapes nothing
   */
  constructor(text: string) {
    this.#text = text;
    this.#escaped = text.includes("%");
    if (this.#escaped) this.#pairs = decode(text, decodeURIComponent);
  }

  get(name: string): string | undefined {
    const plain = this.#escaped ? undefined : find(this.#text, name);
    return plain ?? this.pairs().find(([given]) => given === name)?.[1];
  }

  /** Every parameter in the order in which they stand, decoded, their names in lower case. */
  pairs(): readonly (readonly [string, string])[] {
    this.#pairs ??= decode(this.#text, (text) => text);
    return this.#pairs;
  }

  /**
   * The text without the signature, if it says of itself what the parameters say: nothing is escaped, and the signature stands last.
   * Most clients sign this very text.
   */
  unsigned(): string | undefined {
    const end = this.#text.lastIndexOf("&");
    return !this.#escaped && this.#text.startsWith(beforeSignature, end) ? this.#text.slice(0, end) : undefined;
  }
}

function find(text: string, name: string): string | undefined {
  let at = text.indexOf(name);
  while (at !== -1) {
    const after = at + name.length;
    if ((at === 0 || text[at - 1] === "&") && text[after] === "=") {
      const end = text.indexOf("&", after);
      return end === -1 ? text.slice(after + 1) : text.slice(after + 1, end);
    }
    at = text.indexOf(name, after);
  }
  return undefined;
}

function decode(text: string, unescaped: (text: string) => string): [string, string][] {
  const pairs: [string, string][] = [];
  for (const pair of text.split("&")) {
    const equals = pair.indexOf("=");
    if (equals !== -1) pairs.push([unescaped(pair.slice(0, equals)).toLowerCase(), unescaped(pair.slice(equals + 1))]);
    else if (pair !== "") pairs.push([unescaped(pair).toLowerCase(), ""]);
  }
  return pairs;
}
