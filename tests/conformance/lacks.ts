import { expect } from "vitest";
import { fresh, hear, type Stage } from "./stage.ts";

/** Something that not every library can do; a case that needs it is left out where a library lacks it. */
export type Ability = "encryption" | "the event pusher:signin_error";

/** What a library cannot do, and why. */
export interface Lack {
  readonly ability: Ability;
  readonly why: string;
  /** Fails once the library can do it: then this entry goes, and the cases run. */
  proof(stage: Stage): Promise<void>;
}

export const noSigninError: Lack = {
  ability: "the event pusher:signin_error",
  why: "it came with pusher-js 8.6",
  async proof({ client }) {
    const nobody = client();
    const errors = hear(nobody.user, "pusher:signin_error");
    nobody.signin();
    await nobody.user.signinDonePromise;
    expect(errors).toEqual([]);
  },
};

export const noMasterKey: Lack = {
  ability: "encryption",
  why: "it takes no master key yet",
  async proof({ backend }) {
    expect(() => backend.authorizeChannel("1.1", fresh("private-encrypted-"))).toThrow("encryptionMasterKey");
    expect(() => backend.trigger(fresh("private-encrypted-"), "e", {})).toThrow("encryptionMasterKey");
  },
};
