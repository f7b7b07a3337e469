import type { Kysely } from "kysely";
import { APIError } from "../api-error.ts";

interface CodeRow {
  phone: string;
  user_table: string;
  /** An HMAC: of six digits a plain digest would tell which they are. */
  digest: string;
  expires_at: number | string;
  attempts: number;
}

export interface CodeTables {
  usher_codes: CodeRow;
}

export interface CodeOptions {
  /** Seconds that a code is good for; 300 unless given. */
  readonly lifetime?: number | undefined;
  /** Wrong attempts after which it is good for nothing; 3 unless given. */
  readonly attempts?: number | undefined;
}

export async function createCodeTables(db: Kysely<CodeTables>): Promise<void> {
  await db.schema
    .createTable("usher_codes")
    .ifNotExists()
    .addColumn("user_table", "text", (column) => column.notNull())
    .addColumn("phone", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("usher_codes_of_phone", ["user_table", "phone"])
    .execute();
}

/** Codes of six digits by which somebody shows that a telephone is theirs. Of each number the newest alone counts. */
export class Codes {
  readonly #db: Kysely<CodeTables>;
  readonly #table: string;
  readonly #lifetime: number;
  readonly #attempts: number;
  /** Codes live for minutes: those of a process that has ended are asked for again. */
  readonly #key = crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

  constructor(db: Kysely<CodeTables>, table: string, { lifetime = 300, attempts = 3 }: CodeOptions) {
    this.#db = db;
    this.#table = table;
    this.#lifetime = lifetime;
    this.#attempts = attempts;
  }

  /** @returns the code, to be sent */
  async create(phone: string): Promise<string> {
    const code = String(randomBelow(1_000_000)).padStart(6, "0");
    const row = {
      digest: await this.#digest(phone, code),
      expires_at: Date.now() + this.#lifetime * 1000,
      attempts: 0,
    };
    await this.#db
      .insertInto("usher_codes")
      .values({ ...row, phone, user_table: this.#table })
      .onConflict((conflict) => conflict.columns(["user_table", "phone"]).doUpdateSet(row))
      .execute();
    return code;
  }

  /**
   * Uses a code up.
   *
   * @throws APIError `unauthenticated` if it is not the code, `resource_exhausted` after too many that were not
   */
  async use(phone: string, code: string): Promise<void> {
    const own = this.#db.updateTable("usher_codes").where("phone", "=", phone).where("user_table", "=", this.#table);
    // Counted before it is compared, in one statement: attempts at the same time are as many.
    const counted = own.set((row) => ({ attempts: row("attempts", "+", 1) })).where("expires_at", ">", Date.now());
    const row = await counted.returning(["digest", "attempts"]).executeTakeFirst();
    if (!row) throw APIError.unauthenticated("The code has expired, or none was sent");
    if (row.attempts > this.#attempts)
      throw new APIError("resource_exhausted", "Too many attempts: ask for another code");
    if (row.digest !== (await this.#digest(phone, code))) throw APIError.unauthenticated("That is not the code");
    const used = this.#db.deleteFrom("usher_codes").where("phone", "=", phone).where("user_table", "=", this.#table);
    const { numDeletedRows } = await used.where("digest", "=", row.digest).executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) throw APIError.unauthenticated("The code was used before");
  }

  async #digest(phone: string, code: string): Promise<string> {
    const text = new TextEncoder().encode(`${this.#table} ${phone} ${code}`);
    const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", await this.#key, text));
    return btoa(String.fromCharCode(...bytes));
  }
}

/** A number from 0 to below the limit, each as likely. */
function randomBelow(limit: number): number {
  const unfair = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (number < unfair) return number % limit;
  }
}
