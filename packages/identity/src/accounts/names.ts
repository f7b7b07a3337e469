import { APIError } from "../api-error.ts";

// By what users are named. What is written in several ways is kept in one, so that nobody has a name twice.

/** @throws APIError `invalid_argument` */
export function emailOf(value: unknown): string {
  const email = plain(value);
  if (email.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return email;
  throw new APIError("invalid_argument", "email must be an e-mail address");
}

/** @throws APIError `invalid_argument` */
export function usernameOf(value: unknown): string {
  const username = plain(value);
  if (/^[\p{L}\p{N}_.-]{2,64}$/u.test(username)) return username;
  throw new APIError("invalid_argument", "username must have 2 to 64 letters, digits and _.-");
}

/** @throws APIError `invalid_argument` */
export function phoneOf(value: unknown): string {
  const phone = typeof value === "string" ? value.replaceAll(/[\s()-]/g, "") : "";
  if (/^\+[1-9]\d{6,14}$/.test(phone)) return phone;
  throw new APIError("invalid_argument", "phone must be a number with its country, such as +41791234567");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value.trim().normalize("NFKC").toLowerCase() : "";
}
