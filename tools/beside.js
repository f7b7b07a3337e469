// What only tests need, from npm: installed beside the workspaces, where its programs and versions cannot take the place of our own.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm, run, say } from "./setup.js";

const node = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** What to install, and the file that tests want of it. */
const wanted = {
  "node-22": { packages: [`${node}@22.23.3`], file: `${node}/bin/node` },
  "node-24": { packages: [`${node}@24.21.0`], file: `${node}/bin/node` },
  bun: { packages: ["bun@1.4.5"], file: ".bin/bun" },
  deno: { packages: ["deno@2.9.6"], file: ".bin/deno" },
  /** Runs workerd, the runtime of Cloudflare's workers. */
  miniflare: { packages: ["miniflare@4.20260730.0"], file: "miniflare/dist/src/index.js" },
  /** The bundler of React Native, with its way to translate sources. */
  metro: {
    packages: ["metro@0.87.1", "@react-native/metro-babel-transformer@0.86.3", "@babel/runtime@7.29.14"],
    file: "metro/package.json",
  },
  next: { packages: ["next@16.4.6", "react@19.3.1", "react-dom@19.3.1"], file: "next/dist/bin/next" },
  /** The oldest with which the types of the client must do. */
  "typescript-5.6": { packages: ["typescript@5.6.3"], file: "typescript/bin/tsc" },
};

/** @typedef {keyof typeof wanted} Beside */

/**
 * The path of a program or of a package's file.
 *
 * @param {Beside} name
 * @throws Error if it is not installed
 */
export function findBeside(name) {
  const path = pathOf(name);
  if (!existsSync(path)) throw new Error(`${name} is not installed: npm test installs it into .cache/`);
  return path;
}

/** Installs all that is not there yet. */
export function installBeside() {
  for (const name of /** @type {Beside[]} */ (Object.keys(wanted))) {
    if (existsSync(pathOf(name))) continue;
    const { packages } = wanted[name];
    say(`Installing ${packages.join(" and ")} for the tests`);
    run(...npm("install", "--prefix", folderOf(name), "--no-save", "--no-audit", "--no-fund", ...packages));
  }
}

/** @param {Beside} name */
function pathOf(name) {
  return join(folderOf(name), "node_modules", wanted[name].file);
}

/**
 * Another version is another folder.
 *
 * @param {Beside} name
 */
function folderOf(name) {
  const version = wanted[name].packages[0]?.split("@").at(-1);
  return fileURLToPath(new URL(`../.cache/${name}-${version}`, import.meta.url));
}
