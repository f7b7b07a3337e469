import { limits, requestString } from "@usher/protocol";
import { equalInConstantTime } from "./compare.ts";
import type { AppKey, Digests } from "./keys.ts";
import { beforeSignature, type Params, Query } from "./query.ts";

/** A request to the HTTP API before it is signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** Escaped, as it will stand in the request line, without the query. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  /** The body exactly as it will be sent; absent or empty for none. */
  readonly body?: string | undefined;
}

/** A request to the HTTP API as it arrived. */
export interface SignedRequest {
  readonly method: string;
  /** As it stood in the request line, still escaped, without the query. */
  readonly path: string;
  /** As it stood in the request line, still escaped, without the question mark. */
  readonly query: string;
  readonly body: Uint8Array;
}

/** Why a request was not accepted, as a sentence for the one who made it. */
export interface RequestFault {
  readonly fault: string;
}

/** The parameters that the signature needs for itself. */
export const signatureParams: ReadonlySet<string> = new Set([
  "auth_key",
  "auth_timestamp",
  "auth_version",
  "auth_signature",
  "body_md5",
]);

/**
 * The query string of a signed request, without the question mark.
 *
 * @param timestamp Unix time in seconds
 * @throws Error if a parameter has one of the names that the signature needs for itself
 */
export function signRequest(key: AppKey, request: UnsignedRequest, digests: Digests, timestamp: number): string {
  const params = Object.entries(request.params ?? {});
  const taken = params.find(([name]) => signatureParams.has(name.toLowerCase()));
  if (taken) throw new Error(`${taken[0]} is part of the signature and cannot be given as a parameter`);
  params.push(["auth_key", key.key], ["auth_timestamp", String(timestamp)], ["auth_version", "1.0"]);
  if (request.body) params.push(["body_md5", digests.md5(request.body)]);
  // Sorted before they are signed: names that differ in case only are signed in the order in which they will stand.
  params.sort(([a], [b]) => (a < b ? -1 : 1));
  const signature = digests.hmac(key.secret, requestString(request.method, request.path, params));
  const query = params.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${query.join("&")}&auth_signature=${signature}`;
}

/**
 * Checks a request to the HTTP API in full: key, version, time window, digest of the body, signature.
 *
 * @param now Unix time in seconds
 * @returns the decoded parameters if all hold, else a sentence that says which does not
 */
export function verifyRequest(
  request: SignedRequest,
  keys: readonly AppKey[],
  digests: Digests,
  now: number,
): Params | RequestFault {
  const verdict = verifyDecoded(request, request.query, keys, digests, now);
  if (!("fault" in verdict) || !request.query.includes("+")) return verdict;
  // Form encoding writes a space as a plus sign, URLs write a plus sign as itself: whichever was signed is meant.
  const asForm = verifyDecoded(request, request.query.replaceAll("+", "%20"), keys, digests, now);
  return "fault" in asForm ? verdict : asForm;
}

function verifyDecoded(
  { method, path, body }: SignedRequest,
  query: string,
  keys: readonly AppKey[],
  digests: Digests,
  now: number,
): Params | RequestFault {
  const params = readQuery(query);
  if (!params) return { fault: "The query string is not valid percent-encoding" };
  const name = params.get("auth_key");
  const signer = keys.find(({ key }) => key === name);
  if (!signer) return { fault: `auth_key ${quote(name)} is not a key of this app` };
  if (params.get("auth_version") !== "1.0") return { fault: "auth_version must be 1.0" };
  const timestamp = params.get("auth_timestamp") ?? "";
  if (!/^\d{1,15}$/.test(timestamp)) return { fault: "auth_timestamp must be a Unix time in seconds" };
  const late = now - Number(timestamp);
  if (Math.abs(late) > limits.timestampToleranceSeconds) {
    return { fault: `auth_timestamp is ${Math.abs(late)} s ${late > 0 ? "behind" : "ahead of"} the server's clock` };
  }
  const bodyMd5 = params.get("body_md5");
  if (bodyMd5 === undefined && body.length > 0) return { fault: "body_md5 is missing" };
  // No secret: whoever sent the body knows its digest, so this comparison may take its own time.
  if (bodyMd5 !== undefined && bodyMd5 !== digests.md5(body)) {
    return { fault: "body_md5 is not the MD5 of the body that arrived" };
  }
  const plain = params.unsigned();
  if (plain !== undefined) {
    const expected = digests.hmac(signer.secret, `${method}\n${path}\n${plain}`);
    if (equalInConstantTime(query, expected, plain.length + beforeSignature.length)) return params;
  }
  const claimed = params.get("auth_signature") ?? "";
  const signed = requestString(
    method,
    path,
    params.pairs().filter(([name]) => name !== "auth_signature"),
  );
  if (equalInConstantTime(claimed, digests.hmac(signer.secret, signed))) return params;
  return {
    fault: `auth_signature is not the HMAC-SHA256 of ${JSON.stringify(signed)} with the secret of ${signer.key}`,
  };
}

function readQuery(text: string): Query | undefined {
  try {
    return new Query(text);
  } catch {
    return undefined;
  }
}

function quote(value: string | undefined): string {
  return value === undefined ? "(missing)" : JSON.stringify(value);
}
