import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import webpack from "webpack";
import { findBeside } from "../../tools/beside.js";

/** Makes one script for pages of a file of an app, as an app of its users would; in `dist` of the app's folder, if it writes files. */
type Bundler = (folder: string, file: string) => Promise<string>;

const built = (folder: string): string => readFileSync(join(folder, "dist/bundle.js"), "utf8");

export const bundlers: Readonly<Record<string, Bundler>> = {
  async Vite(folder, file) {
    await vite({
      root: folder,
      configFile: false,
      logLevel: "error",
      build: { rolldownOptions: { input: join(folder, file), output: { entryFileNames: "bundle.js" } } },
    });
    return built(folder);
  },

  async esbuild(folder, file) {
    await esbuild({
      absWorkingDir: folder,
      entryPoints: [file],
      bundle: true,
      minify: true,
      outfile: "dist/bundle.js",
    });
    return built(folder);
  },

  async webpack(folder, file) {
    const compiler = webpack({
      context: folder,
      entry: `./${file}`,
      mode: "production",
      output: { path: join(folder, "dist"), filename: "bundle.js" },
    });
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      compiler?.run((error, done) => (error ? reject(error) : resolve(done)));
    });
    if (stats?.hasErrors() || stats?.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
    return built(folder);
  },

  /** That of React Native. */
  async Metro(folder, file) {
    const require = createRequire(findBeside("metro"));
    const beside = dirname(dirname(require.resolve("metro/package.json")));
    const { loadConfig, runBuild } = require("metro");
    const config = await loadConfig(
      { cwd: folder },
      {
        projectRoot: folder,
        cacheStores: [],
        maxWorkers: 1,
        reporter: { update: () => {} },
        watchFolders: [beside],
        resolver: { useWatchman: false, nodeModulesPaths: [beside] },
        transformer: { babelTransformerPath: require.resolve("@react-native/metro-babel-transformer") },
      },
    );
    const { code } = await runBuild(config, { entry: file, platform: "ios", dev: false, minify: true });
    return code;
  },
};
