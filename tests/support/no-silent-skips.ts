import type { Reporter, TestModule, Vitest } from "vitest/node";

/** Fails the run if a test was skipped, or a file held none: what did not run has shown nothing. */
export default class NoSilentSkips implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const filtered = this.#vitest?.config.testNamePattern !== undefined;
    const faults = modules.flatMap((module) => {
      const tests = [...module.children.allTests()];
      if (tests.length === 0) return [`${module.moduleId} holds no test`];
      return tests.filter((test) => test.result().state === "skipped").map((test) => `${test.fullName} was skipped`);
    });
    if (filtered || faults.length === 0) return;
    process.exitCode = 1;
    console.error(`\nNot every test ran:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}
