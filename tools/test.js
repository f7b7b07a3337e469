// npm test: from a fresh clone to the last test, browser tests included. Arguments go to vitest.
import { installBeside } from "./beside.js";
import { build, installChromium, installPackages, installPostgres, installRedis, run } from "./setup.js";

installPackages();
installChromium();
installRedis();
installPostgres();
installBeside();
build();
run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)]);
