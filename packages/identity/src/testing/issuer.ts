import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { onTestFinished } from "vitest";

/** Somebody else who signs tokens, and publishes a key. */
export interface Issuer {
  readonly jwksUri: string;
  /** How often its keys were asked for. */
  asked(): number;
  /** With which status it answers from now on. */
  answerWith(status: number): void;
  sign(
    claims: JWTPayload,
    options?: { seconds?: number; alg?: string; key?: CryptoKey | Uint8Array; kid?: string },
  ): Promise<string>;
}

export async function openIssuer(alg = "RS256"): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "1", alg, use: "sig" }];
  let status = 200;
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ keys }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    asked: () => asked,
    answerWith(next) {
      status = next;
    },
    sign: (claims, { seconds = 60, alg: used = alg, key = privateKey, kid = "1" } = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: used, kid, typ: "JWT" })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(key),
  };
}
