import { work } from "./backend.js";

const [, , port, webhook = ""] = process.argv;
process.stdout.write(JSON.stringify(await work(Number(port), JSON.parse(webhook))));
