// What a fresh clone lacks: packages, built files, programs of the system. Only Node's own modules: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Installs the packages if the lock file has changed since the last time, or if there was none. */
export function installPackages() {
  const installed = join(root, "node_modules/.package-lock.json");
  const locked = statSync(join(root, "package-lock.json"));
  if (existsSync(installed) && statSync(installed).mtimeMs >= locked.mtimeMs) return;
  say("Installing packages (npm ci); the first time takes a minute");
  run(...npm("ci", "--no-audit", "--no-fund"));
}

/** Builds what has changed since the last build. */
export function build() {
  say("Building what has changed (turbo run build)");
  const turbo = join(root, "node_modules/turbo/bin/turbo");
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
  const { status, output } = spawnSync(process.execPath, [turbo, "run", "build", "--output-logs=errors-only"], {
    cwd: root,
    env,
  });
  if (status === 0) return;
  for (const said of output) if (said) process.stderr.write(said);
  stop("The build failed; what it said stands above.");
}

/**
 * The path of Chromium: the one that the environment names as CHROMIUM, or one on the PATH.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env["CHROMIUM"];
  if (named) return named;
  return findProgram("chromium") ?? findProgram("chromium-browser") ?? findProgram("google-chrome");
}

/** Installs Chromium if there is none and this user may; else stops with the command to type. */
export function installChromium() {
  if (findChromium()) return;
  const hint = "or set CHROMIUM to the path of one.";
  installFromSystem("chromium", "The browser tests need Chromium", hint);
}

/** The same of Redis, on which the cluster tests run their nodes. */
export function installRedis() {
  if (findProgram("redis-server")) return;
  installFromSystem("redis-server", "The cluster tests need redis-server, 7 or newer", "or put one on the PATH.");
}

/**
 * The folder with the programs of PostgreSQL: Debian keeps them off the PATH.
 *
 * @returns {string | undefined}
 */
export function findPostgres() {
  const found = findProgram("initdb");
  if (found) return dirname(found);
  const versions = "/usr/lib/postgresql";
  const newest = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  return newest && join(versions, newest, "bin");
}

/** The same of PostgreSQL, on which accounts are kept in the tests. */
export function installPostgres() {
  if (findPostgres()) return;
  installFromSystem("postgresql", "The tests of accounts need PostgreSQL", "or put its programs on the PATH.");
}

/**
 * @param {string} wanted the name of the package
 * @param {string} need who needs it
 * @param {string} hint what else would do
 */
function installFromSystem(wanted, need, hint) {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const may = findProgram("apt-get") && (asRoot.length === 0 || spawnSync("sudo", ["-n", "true"]).status === 0);
  if (!may) {
    stop(`${need}. Install it with\n\n  sudo apt-get install -y ${wanted}\n\n${hint}`);
  }
  say(`${need}: installing it (apt-get install ${wanted}); the first time takes a minute`);
  const [command = "", ...before] = [...asRoot, "apt-get"];
  run(command, [...before, "-qq", "update"]);
  run(command, [...before, "-qq", "install", "-y", "--no-install-recommends", wanted], {
    DEBIAN_FRONTEND: "noninteractive",
  });
}

/**
 * npm as it was called, or the one on the PATH.
 *
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function npm(...args) {
  const script = process.env["npm_execpath"];
  return script ? [process.execPath, [script, ...args]] : ["npm", args];
}

/** @param {string} name */
function findProgram(name) {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Runs a command to its end; stops with its status if it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} environment
 */
export function run(command, args, environment = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  if (error) stop(`${command} could not be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
