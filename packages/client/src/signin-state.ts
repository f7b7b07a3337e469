import type { UserData } from "@usher/protocol";
import type { Timer } from "./timer.ts";

/** How far the sign-in on the present connection has come. Each is a new object, so that a late answer can tell that it is late. */
export type SignIn =
  | { readonly state: "signed_out" }
  /** The app's server is asked for a signature, which is good for this one connection. */
  | { readonly state: "authenticating"; readonly request: AbortController; readonly deadline: Timer }
  /** The signature is with the Usher server. */
  | { readonly state: "verifying"; readonly deadline: Timer }
  | { readonly state: "signed_in"; readonly user: UserData }
  /** It may be tried again by itself. */
  | { readonly state: "failed"; readonly retry: Timer | undefined };

/** What `user.state` says. */
export type SigninState = SignIn["state"];

/** A step from one state to another, as the user's `state_change` tells it. */
export interface SigninStateChange {
  readonly previous: SigninState;
  readonly current: SigninState;
}

/** Whether somebody is asked, and may yet say yes. */
export function isPending({ state }: SignIn): boolean {
  return state === "authenticating" || state === "verifying";
}
