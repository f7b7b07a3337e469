import { Pusher } from "../with-encryption.ts";

// The same for pages that read encrypted channels.
Object.assign(globalThis, { Pusher });
