// npm start: from a fresh clone to the channels server and the demo, in one process that Ctrl-C stops.
import { build, installPackages } from "./setup.js";

installPackages();
build();
const { start } = await import("../apps/demo/dist/server/start.js");
await start();
