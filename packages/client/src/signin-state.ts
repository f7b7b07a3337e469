/** What `user.state` says: how far the sign-in has come on the present connection. */
export type SigninState = "signed_out" | "authenticating" | "verifying" | "signed_in" | "failed";

/** A step from one state to another, as the user's `state_change` tells it. */
export interface SigninStateChange {
  readonly previous: SigninState;
  readonly current: SigninState;
}
