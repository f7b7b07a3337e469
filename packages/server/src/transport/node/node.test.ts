import { describe } from "vitest";
import { transportContract } from "../transport.contract.ts";
import { createNodeTransport } from "./node.ts";

describe("the node transport", () => transportContract(async () => createNodeTransport()));
