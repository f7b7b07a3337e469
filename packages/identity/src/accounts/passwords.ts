import { hash, verify } from "@node-rs/argon2";
import { APIError } from "../api-error.ts";

/** The least that OWASP recommends for argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const shortest = 8;
/** In bytes: hashing longer ones would be work for nothing. */
const longest = 1024;

/** A digest that no password has; whoever is unknown is compared with it, so that it takes as long. */
let nobodys: Promise<string> | undefined;

/** @throws APIError `invalid_argument` that says what a password must be */
export function checkPassword(password: unknown): asserts password is string {
  if (typeof password !== "string" || [...password].length < shortest) {
    throw new APIError("invalid_argument", `password must have at least ${shortest} characters`);
  }
  if (isTooLong(password)) throw new APIError("invalid_argument", `password must have at most ${longest} bytes`);
}

/** As a PHC string, which says how it was made. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

/**
 * Whether it is the password. It takes as long where there is none to compare with.
 *
 * @param known what is kept of the user's; `undefined` where the user is not known, or has none
 */
export async function isPassword(known: string | undefined, password: string): Promise<boolean> {
  nobodys ??= hash(crypto.randomUUID(), cost);
  const shown = isTooLong(password) ? "" : password;
  const matches = await verify(known ?? (await nobodys), shown);
  return matches && known !== undefined && shown === password;
}

/** Whether it was made with less effort than new ones are. */
export function isOutdated(known: string): boolean {
  return !known.includes(`$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`);
}

function isTooLong(password: string): boolean {
  return new TextEncoder().encode(password).length > longest;
}
