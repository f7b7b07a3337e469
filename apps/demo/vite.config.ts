import { defineConfig, type UserConfig } from "vite";

const config: UserConfig = defineConfig({
  root: "web",
  build: { outDir: "../dist/web", emptyOutDir: true },
});

export default config;
