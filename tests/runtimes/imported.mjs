import Usher from "@usher/client";
import { signIn } from "../bundlers/app/sign-in.js";

const [, , backend = "", port] = process.argv;
process.stdout.write(await signIn(Usher, backend, Number(port)));
