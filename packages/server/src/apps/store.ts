import type { App } from "./app.ts";

/**
 * Knows the apps. Asked on every handshake and every request, so both answers are immediate: a store that reads from
 * elsewhere keeps a copy of its own.
 */
export interface AppStore {
  byId(id: string): App | undefined;
  /** @param key any key of the app, not only its newest */
  byKey(key: string): App | undefined;
}
