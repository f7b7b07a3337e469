import { createTokenTables, kyselyStore } from "../accounts.ts";
import { postgres, sqlite } from "../testing/databases.ts";
import { memoryStore } from "./memory-store.ts";
import { tokenStoreContract } from "./store.contract.ts";

tokenStoreContract("in memory", async () => memoryStore());

for (const { title, open } of [sqlite, postgres()]) {
  tokenStoreContract(`on ${title}`, async () => {
    const db = await open();
    await createTokenTables(db);
    await createTokenTables(db); // and again, as at each start
    return kyselyStore(db);
  });
}
