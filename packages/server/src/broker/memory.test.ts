import { describe } from "vitest";
import { brokerContract } from "./broker.contract.ts";
import { createMemoryBroker } from "./memory.ts";

describe("the memory broker", () => {
  brokerContract(async () => createMemoryBroker("n"));
});
