import type { AuthData } from "./auth-handler.ts";

const tokens = new WeakMap<object, string>();

/** Remembers beside what is known of a caller the token that they have shown: in the object itself, every log would show it. */
export function withShown<A extends AuthData>(data: A, token: string): A {
  tokens.set(data, token);
  return data;
}

/** The token that the caller has shown, if their handler remembers it. */
export function shown(data: AuthData): string | undefined {
  return tokens.get(data);
}
