import { DropIn } from "../drop-in.ts";

// For pages without a bundler: <script src=".../pusher.min.js"> gives them window.Pusher, as pusher-js's file does.
Object.assign(globalThis, { Pusher: DropIn });
