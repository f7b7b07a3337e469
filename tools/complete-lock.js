// npm run lock: fills the gaps that a registry leaves which has the packages of some platforms only. npm drops optional packages that
// it cannot see, and `npm ci` then refuses the lock file, here and everywhere else.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));

const systems = ["aix", "android", "darwin", "freebsd", "linux", "openbsd", "openharmony", "sunos", "win32", "windows"];
const processors = {
  64: "x64",
  arm: "arm",
  arm64: "arm64",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  x64: "x64",
};

let added = 0;
for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] || !/^\d/.test(version)) continue;
    lock.packages[path] = { version, ...platformOf(name), ...(dev && { dev }), optional: true };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} packages of other platforms were missing in package-lock.json\n`);

/**
 * What the name of a platform's package says of it: `@biomejs/cli-linux-arm64-musl`.
 *
 * @param {string} name
 */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const system = words.find((word) => systems.includes(word));
  const processor = words.find((word) => word in processors) ?? (name.includes("arm-") ? "arm" : undefined);
  return {
    ...(processor && { cpu: [processors[/** @type {keyof typeof processors} */ (processor)]] }),
    ...(system && { os: [system === "windows" ? "win32" : system] }),
    ...(words.includes("musl") && { libc: ["musl"] }),
    ...(words.includes("gnu") && { libc: ["glibc"] }),
  };
}
