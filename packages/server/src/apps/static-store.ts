import type { App } from "./app.ts";
import type { AppStore } from "./store.ts";

/** The apps of the configuration, for as long as the server runs. */
export function createStaticStore(apps: readonly App[]): AppStore {
  const byId = new Map(apps.map((app) => [app.id, app]));
  const byKey = new Map(apps.flatMap((app) => app.keys.map(({ key }) => [key, app] as const)));
  return { byId: (id) => byId.get(id), byKey: (key) => byKey.get(key) };
}
