import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import type { Backend } from "../parties.ts";
import { type Done, fresh, hear, next, settled, signedIn } from "../stage.ts";

export const watchlist: Plays = {
  async "a user hears at the sign-in who of its watchlist is there, and who is not"({ client, backend }) {
    const [ann, bob, carol] = [fresh("ann-"), fresh("bob-"), fresh("carol-")];
    await signedIn(client(bob));
    const watcher = client(undefined, watching(backend, ann, [bob, carol]));
    const { watchlist } = watcher.user;
    const [online, offline] = [hear(watchlist, "online"), hear(watchlist, "offline")];
    await signedIn(watcher);
    await settled(backend, watcher);
    expect(online).toEqual([{ name: "online", user_ids: [bob] }]);
    expect(offline).toEqual([{ name: "offline", user_ids: [carol] }]);
  },

  async "a user hears who of its watchlist signs in, once for two devices, and nothing of others"({ client, backend }) {
    const [ann, bob, carol] = [fresh("ann-"), fresh("bob-"), fresh("carol-")];
    const watcher = client(undefined, watching(backend, ann, [bob]));
    const offline = next(watcher.user.watchlist, "offline");
    await signedIn(watcher);
    await offline;
    const online = hear(watcher.user.watchlist, "online");
    for (const user of [carol, bob, bob]) await signedIn(client(user)); // none of whom has a watchlist
    await settled(backend, watcher);
    expect(online).toEqual([{ name: "online", user_ids: [bob] }]);
  },

  async "who is watched hears nothing of it"({ client, backend }) {
    const [ann, bob] = [fresh("ann-"), fresh("bob-")];
    const watched = await signedIn(client(bob));
    const heard = [hear(watched.user.watchlist, "online"), hear(watched.user.watchlist, "offline")];
    await signedIn(client(undefined, watching(backend, ann, [bob])));
    await settled(backend, watched);
    expect(heard).toEqual([[], []]);
  },
};

/** Options of a client whose backend signs the user in with a watchlist. */
function watching(backend: Backend, id: string, watchlist: string[]): object {
  const customHandler = ({ socketId }: { socketId: string }, done: Done): void =>
    done(null, backend.authenticateUser(socketId, { id, watchlist }));
  return { userAuthentication: { customHandler } };
}
