import type { Kysely } from "kysely";
import { APIError } from "../api-error.ts";
import { readBody } from "./body.ts";
import { type CodeOptions, Codes, type CodeTables } from "./codes.ts";
import { answer, type Desk, type WebHandler } from "./desk.ts";
import { countMessage } from "./limits.ts";
import { phoneOf } from "./names.ts";

export interface PhoneOptions extends CodeOptions {
  /** Sends the code, by whatever service you have. @param to as `+41791234567` */
  send(to: string, code: string): Promise<unknown>;
}

/** Signing in by a code that is sent to a telephone. */
export interface PhoneRoutes {
  /** `POST { phone }` -> `{}`, and a code is sent; the same whoever has the number. */
  readonly phoneStart: WebHandler;
  /** `POST { phone, code }` -> a pair of tokens. */
  readonly phoneVerify: WebHandler;
}

export function phoneRoutes(desk: Desk, db: Kysely<CodeTables>, options: PhoneOptions | undefined): PhoneRoutes {
  const { table, users, limits, from, welcome, route } = desk;
  const codes = new Codes(db, table ?? "", options ?? {});
  return {
    phoneStart: route("POST", async (request) => {
      const phone = phoneOf((await readBody(request))["phone"]);
      if (!options) throw new APIError("not_found", "Nobody signs in by telephone here");
      await countMessage(limits, phone, from(request));
      await options.send(phone, await codes.create(phone));
      return answer({});
    }),

    phoneVerify: route("POST", async (request) => {
      const { phone, code } = await readBody(request);
      const number = phoneOf(phone);
      if (typeof code !== "string") throw new APIError("invalid_argument", "code is missing");
      await codes.use(number, code);
      return welcome(await users.ofPhone(number));
    }),
  };
}
