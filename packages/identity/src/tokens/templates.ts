import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from "jose";
import type { AuthData } from "../auth-handler.ts";

/** What a token for another service holds. */
export interface Template {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds; 60 unless given. */
  readonly lifetime?: number | undefined;
}

/** A private key (ES256) that signs such tokens, with the name by which the other service finds its public part. */
export type SigningKey = JWK & { readonly kid: string };

/** Says of itself what a template may not. */
const reserved = new Set(["iss", "sub", "iat", "nbf", "exp", "jti", "sid"]);

/** Signs tokens that other services understand, and publishes the keys by which they verify them. */
export class TemplateSigner {
  readonly #issuer: string;
  readonly #templates: Readonly<Record<string, (auth: AuthData) => Template>>;
  readonly #keys: Promise<readonly SigningKey[]>;

  /** @param keys newest first; without any, one is made that ends with the process */
  constructor(
    issuer: string,
    templates: Readonly<Record<string, (auth: AuthData) => Template>>,
    keys: readonly SigningKey[] | undefined,
  ) {
    this.#issuer = issuer;
    this.#templates = templates;
    this.#keys = keys?.length ? Promise.resolve(keys) : newKey().then((key) => [key]);
    this.#keys.catch(() => {}); // whoever signs hears of it
  }

  /**
   * @param expiresInSeconds stands above the template's lifetime
   * @throws Error if there is no such template, or it claims what is not its to claim
   */
  async sign(auth: AuthData, name: string, expiresInSeconds?: number): Promise<string> {
    const template = Object.hasOwn(this.#templates, name) ? this.#templates[name] : undefined;
    if (!template)
      throw new Error(
        `There is no template "${name}": createTokens has ${Object.keys(this.#templates).join(", ") || "none"}`,
      );
    const { claims, lifetime = 60 } = template(auth);
    const taken = Object.keys(claims).find((claim) => reserved.has(claim));
    if (taken) throw new Error(`The template "${name}" claims ${taken}, which says who signed for whom and when`);
    const [key] = await this.#keys;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims as JWTPayload)
      .setProtectedHeader({ alg: "ES256", kid: (key as SigningKey).kid, typ: "JWT" })
      .setIssuer(this.#issuer)
      .setSubject(auth.userId)
      .setIssuedAt(now)
      .setNotBefore(now - 5) // clocks differ
      .setExpirationTime(now + (expiresInSeconds ?? lifetime))
      .setJti(crypto.randomUUID())
      .sign(await importJWK(key as SigningKey, "ES256"));
  }

  /** The public keys, as a JWK Set. */
  async keySet(): Promise<{ keys: JWK[] }> {
    const keys = await this.#keys;
    return {
      keys: keys.map(({ kty, crv, x, y, kid }) => ({
        ...(crv && { crv }),
        ...(x && { x }),
        ...(y && { y }),
        kty: kty as string,
        kid,
        alg: "ES256",
        use: "sig",
      })),
    };
  }
}

async function newKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID() };
}
