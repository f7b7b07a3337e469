import { describe } from "vitest";
import { transportContract } from "../transport.contract.ts";
import { createUwsTransport } from "./uws.ts";

describe("the uws transport", () => transportContract(createUwsTransport));
