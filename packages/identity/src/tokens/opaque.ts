/** A token that says nothing: a prefix, the id of its row, and a secret of which only the digest is kept. */
export interface Opaque {
  readonly id: string;
  readonly digest: string;
}

const shape = /^([a-z]+)_([A-Za-z0-9-]{8,64})\.([A-Za-z0-9_-]{43})$/;

/** A new one, of 256 bits. @param prefix by which scanners of leaked secrets know it */
export async function createOpaque(prefix: string): Promise<Opaque & { readonly token: string }> {
  const id = crypto.randomUUID();
  const secret = base64url(crypto.getRandomValues(new Uint8Array(32)));
  return { id, digest: await digestOf(secret), token: `${prefix}_${id}.${secret}` };
}

/** Reads one that was shown. @returns `undefined` if it is none of this prefix */
export async function readOpaque(prefix: string, token: string): Promise<Opaque | undefined> {
  const [, given, id, secret] = shape.exec(token) ?? [];
  if (given !== prefix || id === undefined || secret === undefined) return undefined;
  return { id, digest: await digestOf(secret) };
}

/** SHA-256: of 256 bits of chance nothing slower is needed. */
async function digestOf(secret: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
